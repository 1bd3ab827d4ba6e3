import { initialValues } from '../../slack/form.ts';
import type { FormValues } from '../../slack/model.ts';
import { asText, asWire, isWire, type Wire } from '../../wire.ts';
import type { PagePlace } from '../api.ts';
import { Element } from './elements.tsx';
import type { Form } from './entry.ts';

export interface BlocksProps {
  readonly blocks: readonly Wire[];
  readonly place: PagePlace;
  readonly values?: FormValues;
  readonly errors?: Readonly<Record<string, string>>;
  readonly form?: Form;
}

export type BlockProps = Omit<BlocksProps, 'blocks'> & { readonly block: Wire };

/** The elements of a block, with the state they are in. */
export function Interactive(props: BlockProps & { readonly elements: readonly unknown[] }) {
  const blockId = asText(props.block['block_id']) ?? '';
  const initial = initialValues([props.block]);
  return (
    <>
      {props.elements.filter(isWire).map((element, index) => {
        const actionId = asText(element['action_id']) ?? String(index);
        const state = asWire(props.values?.[blockId]?.[actionId] ?? initial[blockId]?.[actionId]);
        return <Element key={actionId} element={element} blockId={blockId} place={props.place} state={state} form={props.form} />;
      })}
    </>
  );
}
