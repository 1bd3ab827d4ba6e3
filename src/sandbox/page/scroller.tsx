import type { ComponentChildren } from 'preact';

/** A box that scrolls sideways, which the keyboard must be able to reach. */
export function Scroller(props: {
  readonly class: string;
  readonly label?: string | undefined;
  readonly labelledBy?: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a stop for Tab, what is cut off cannot be read without a mouse
    <fieldset class={props.class} aria-label={props.label} aria-labelledby={props.labelledBy} tabIndex={0}>
      {props.children}
    </fieldset>
  );
}
