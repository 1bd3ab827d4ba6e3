import { useEffect, useState } from 'preact/hooks';
import { read } from '../api.ts';
import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import type { FaultCatalogue, FaultKind, World } from '../world.ts';

/** What vendors and Slack can be made to do wrong, and what is switched on. */
export function Faults({ world }: { readonly world: World | null }) {
  const { change, toast } = usePage();
  const [catalogue, setCatalogue] = useState<FaultCatalogue | null>(null);
  const [target, setTarget] = useState('');
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    void read<FaultCatalogue>('faults').then((found) => {
      setCatalogue(found);
      setTarget(found?.targets[0]?.id ?? '');
    });
  }, []);
  if (catalogue === null) return null;
  const kinds = catalogue.kinds.filter((kind) => kind.for === 'all' || (kind.for === 'slack') === (target === 'slack'));
  const nameOf = (id: string): string => catalogue.targets.find((each) => each.id === id)?.name ?? id;
  const switchOn = async (kind: FaultKind): Promise<void> => {
    const fault = { ...kind.fault, times: lasting ? null : 1 };
    if ((await change('faults', { target, fault })) !== null)
      toast(`${nameOf(target)}: ${lowered(kind.name)}, ${lasting ? 'until you switch it off' : 'once'}.`);
  };
  const active = world?.faults ?? [];
  return (
    <section aria-labelledby="controls-faults">
      <h3 id="controls-faults">
        <Icon name="warning" /> Make trouble
      </h3>
      <fieldset class="chips" aria-label="Whose">
        {catalogue.targets.map((each) => (
          <button key={each.id} type="button" class="chip" aria-pressed={target === each.id} onClick={() => setTarget(each.id)}>
            {each.name}
          </button>
        ))}
      </fieldset>
      <label class="lasting">
        <input type="checkbox" checked={lasting} onChange={(event) => setLasting(event.currentTarget.checked)} />
        Every call, until switched off
      </label>
      <ul class="fault-kinds">
        {kinds.map((kind) => (
          <li key={kind.kind + kind.name}>
            <button type="button" onClick={() => void switchOn(kind)}>
              <strong>{kind.name}</strong>
              <small>{kind.help}</small>
            </button>
          </li>
        ))}
      </ul>
      {active.length > 0 && (
        <>
          <h4>Switched on</h4>
          <ul class="jobs">
            {active.map((fault) => (
              <li key={fault.id}>
                <span>
                  {nameOf(fault.target)}: {lowered(fault.name)}{' '}
                  <small>{fault.left === null ? 'every call' : `${fault.left} more`}</small>
                </span>
                <button
                  type="button"
                  class="chip"
                  aria-label={`Switch off: ${nameOf(fault.target)}, ${lowered(fault.name)}`}
                  onClick={() => void change('faults/clear', { id: fault.id })}
                >
                  Off
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="chip" onClick={() => void change('faults/clear')}>
            All off
          </button>
        </>
      )}
    </section>
  );
}

/** `HTML instead of JSON` keeps its capitals within a sentence. */
function lowered(name: string): string {
  return /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}
