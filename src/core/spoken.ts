/** What is heard of buttons that look alike, and of facts, by whoever hears a page or a card rather than sees it. Both platforms say it so. */
import type { Button, Fact } from './types.ts';

/**
 * For each button what a screen reader says of it; null: its label says all. The label comes first, so that whoever speaks to a page can
 * name it; then its number among those with the same label, then `about`: what the buttons belong to. At most `most` characters, the
 * platform's own limit.
 */
export const spokenLabels = (
  buttons: readonly Pick<Button, 'label'>[],
  o: { readonly about: string | null; readonly most: number },
): readonly (string | null)[] => {
  const about = (o.about ?? '').replace(/\s+/g, ' ').trim();
  const all = Map.groupBy(buttons, ({ label }) => label);
  return buttons.map((button) => {
    const alike = all.get(button.label) ?? [];
    const number = alike.length < 2 ? [] : [String(alike.indexOf(button) + 1)];
    if (about === '' && number.length === 0) return null;
    const said = [button.label, ...number, ...(about === '' ? [] : [about])].join(', ');
    return said.length <= o.most ? said : `${said.slice(0, o.most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
  });
};

/** A fact on one line: where there is no room to lay it out, and for whoever hears it. */
export const factLine = ({ label, value }: Fact): string => `${label}: ${value}`;
