/** The directory as Sotto sees it: what its token may read in Graph, whether the mapped groups are there, and whether anybody is found. */
import { z } from 'zod';
import { createEntraDirectory } from '../../adapters/entra/entra.ts';
import { createGraph, type Graph } from '../../adapters/entra/graph.ts';
import { readToken } from '../../adapters/teams/token.ts';
import type { Config } from '../../config.ts';
import type { Found } from '../../core/ports.ts';
import type { Azure } from '../../main/azure.ts';
import type { Tools } from '../../main/opening.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

const SCOPE = 'https://graph.microsoft.com/.default';
const GRAPH = 'https://graph.microsoft.com';

/** What people and groups are read by; each with those that hold it too. */
const NEEDED: readonly { readonly role: string; readonly within: readonly string[]; readonly why: string }[] = [
  {
    role: 'User.Read.All',
    within: ['Directory.Read.All'],
    why: 'Nobody could be looked up, so everybody would be refused.',
  },
  {
    role: 'GroupMember.Read.All',
    within: ['Directory.Read.All', 'Group.Read.All'],
    why: 'Which groups somebody is in would be unknown, and unknown refuses.',
  },
];

/** Of use only where groups hide their members. */
const FITTING: readonly string[] = ['User.Read.All', 'GroupMember.Read.All', 'Member.Read.Hidden'];

export const lookAtPeople = async (o: {
  readonly config: Pick<Config, 'directory' | 'operators' | 'hr'>;
  readonly tools: Tools;
  readonly azure: Pick<Azure, 'bearer'>;
}): Promise<readonly Line[]> => {
  const { directory } = o.config;
  if (directory.kind !== 'entra') return [];
  let token: string;
  const bearer = await o.azure.bearer(SCOPE);
  try {
    token = await bearer();
  } catch (error) {
    return [sentence('identity', error instanceof Error ? error.message : String(error))];
  }
  const graph = createGraph({ baseUrl: directory.unsafeGraphUrl ?? GRAPH, token: bearer, ...o.tools });
  try {
    const groups = await Promise.all(
      [...directory.groups].map(async ([name, id]) => ({ name, first: await firstMember(graph, id) })),
    );
    const operator = groups.find(({ name }) => name === o.config.operators)?.first;
    return [
      ...permissionLines(rolesIn(token)),
      ...groupLines(groups, o.config),
      ...(typeof operator === 'object' && operator !== null
        ? [personLine(await found(o, { ...directory, bearer }, operator.id))]
        : []),
    ];
  } finally {
    graph.stop();
  }
};

/** The permissions in a token of Graph's; null: it cannot be read, which Microsoft promises nobody. */
export const rolesIn = (token: string): readonly string[] | null => {
  const claims = readToken(token)?.claims;
  if (claims === undefined) return null;
  const { roles } = claims;
  return Array.isArray(roles) ? roles.filter((one): one is string => typeof one === 'string') : [];
};

export const permissionLines = (roles: readonly string[] | null): readonly Line[] => {
  if (roles === null)
    return [
      warning('identity', {
        what: 'The token for Microsoft Graph cannot be read here.',
        why: 'Whether it carries the permissions that people are read by is not known.',
        mend: 'Look in Entra: Enterprise applications, the app, Permissions.',
      }),
    ];
  const missing = NEEDED.filter(({ role, within }) => ![role, ...within].some((one) => roles.includes(one)));
  const beyond = roles.filter((role) => !FITTING.includes(role));
  return [
    ...missing.map(({ role, why }) =>
      finding('identity', {
        what: `The token for Microsoft Graph does not carry ${role}.`,
        why,
        mend: `Give the identity the application permission ${role} of Microsoft Graph, and an admin’s consent: docs/identity.md. It counts in the next token, within the hour.`,
      }),
    ),
    ...(beyond.length === 0
      ? []
      : [
          warning('identity', {
            what: `The token for Microsoft Graph carries more than Sotto needs: ${beyond.slice(0, 20).join(', ')}.`,
            why: 'Whoever takes the identity over can do all of that.',
            mend: 'Take them from the identity, or give Sotto one of its own with User.Read.All and GroupMember.Read.All.',
          }),
        ]),
    ...(missing.length === 0 && beyond.length === 0
      ? [ok('identity', 'The token for Microsoft Graph reads people and their groups, and may do nothing else.')]
      : []),
  ];
};

/** `empty`: it is there and nobody is in it, also through groups of the group. */
export type FirstMember = { readonly id: string } | 'empty' | 'not-found' | 'unavailable';

const members = z.object({ value: z.array(z.object({ id: z.guid() })).max(1) });

const firstMember = async (graph: Graph, id: string): Promise<FirstMember> => {
  const query = '$select=id&$count=true&$top=1';
  const url = graph.at(`groups/${id}/transitiveMembers/microsoft.graph.user?${query}`);
  const answer = await graph.ask({ operation: 'members', url, eventual: true, shape: members });
  if (!answer.ok) return answer.why;
  return answer.body.value[0] ?? 'empty';
};

export const groupLines = (
  groups: readonly { readonly name: string; readonly first: FirstMember }[],
  { operators, hr }: Pick<Config, 'operators' | 'hr'>,
): readonly Line[] => {
  const roles = [
    { name: operators, does: 'confirm an order: neither a pause nor a hold can be given' },
    { name: hr, does: 'restrict what may be asked' },
  ];
  const lines = groups.flatMap(({ name, first }): readonly Line[] => {
    if (first === 'not-found')
      return [
        finding('identity', {
          what: `Entra has no group of the id that SOTTO_ENTRA_GROUPS gives "${name}".`,
          why: 'Everybody’s groups would be unknown, and unknown refuses.',
          mend: 'Copy the object id from the group’s page in Entra, or take the group out of the setting.',
        }),
      ];
    if (first === 'unavailable')
      return [
        finding('identity', {
          what: `Who is in the group "${name}" could not be read from Graph.`,
          why: 'Its members could neither be counted nor told anything, and rules that name it would refuse.',
          mend: 'See that GroupMember.Read.All is granted and that graph.microsoft.com can be reached, and look again.',
        }),
      ];
    if (first !== 'empty') return [];
    const role = roles.find((one) => one.name === name);
    return [
      (role === undefined ? warning : finding)('identity', {
        what: `Nobody seems to be in the group "${name}".`,
        why: `${role === undefined ? 'Rules that name it hold for nobody' : `Nobody could ${role.does}`}. A group that hides its members seems empty, too.`,
        mend: 'Put people into it; where it hides them, give the identity Member.Read.Hidden.',
      }),
    ];
  });
  const unmapped = roles.filter(({ name }) => !groups.some((group) => group.name === name));
  return [
    ...lines,
    ...unmapped.map(({ name, does }) =>
      finding('identity', {
        what: `SOTTO_ENTRA_GROUPS names no group for "${name}".`,
        why: `Nobody could ${does}.`,
        mend: `Add ${name}=OBJECT-ID of the group in Entra.`,
      }),
    ),
    ...(lines.length === 0 && groups.length > 0
      ? [ok('identity', `All ${groups.length} groups of SOTTO_ENTRA_GROUPS are in Entra, with somebody in each.`)]
      : []),
  ];
};

const found = async (
  o: { readonly tools: Tools },
  directory: Extract<Config['directory'], { readonly kind: 'entra' }> & { readonly bearer: () => Promise<string> },
  id: string,
): Promise<Found> => {
  const { tenantId, unsafeGraphUrl, groups, bearer: token } = directory;
  const entra = createEntraDirectory({ tenantId, unsafeGraphUrl, groups, token, slackEmail: null, ...o.tools });
  try {
    return await entra.find({ platform: 'teams', tenant: tenantId, user: id, external: false }, { anew: true });
  } finally {
    await entra.stop();
  }
};

/** Of somebody in the operators' group, whose name and id are not said. */
export const personLine = (person: Found): Line =>
  person.ok
    ? ok('identity', 'Somebody of the operators’ group is found with everything that policy reads.')
    : finding('identity', {
        what: `Somebody of the operators’ group is not found as a person (${person.why}).`,
        why: 'They could confirm nothing; and what ails them may ail others.',
        mend: 'See that their account in Entra is enabled and has a usage location (a country), and that Graph can be reached.',
      });
