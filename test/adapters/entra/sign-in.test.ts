import { describe, expect, it } from '@jest/globals';
import { idOf, SAMPLE, scene, whileTimeRuns } from './support.ts';

const OTHER = '11111111-2222-4333-8444-555555555555';
const ISSUER = `https://login.microsoftonline.com/${SAMPLE.tenantId}/v2.0`;

const named = (more: Partial<Parameters<Awaited<ReturnType<typeof scene>>['directory']['signInOf']>[0]> = {}) => ({
  issuer: ISSUER,
  subject: idOf('pia'),
  tenant: SAMPLE.tenantId,
  email: null,
  ...more,
});

describe('a sign-in at Entra', () => {
  it('is the person’s whose object id it names, in whichever case', async () => {
    const { directory } = await scene();
    const pia = { ok: true, person: idOf('pia') };
    expect(await directory.signInOf(named())).toEqual(pia);
    expect(
      await directory.signInOf(
        named({ subject: idOf('pia').toUpperCase(), tenant: SAMPLE.tenantId.toUpperCase(), email: 'evan@example.com' }),
      ),
    ).toEqual(pia);
  });

  it('is nobody’s from another tenant, whether the token or its issuer says so, or from none', async () => {
    const { directory, graph } = await scene();
    const strangers = [
      named({ tenant: OTHER }),
      named({ tenant: null }),
      named({ issuer: `https://login.microsoftonline.com/${OTHER}/v2.0` }),
      named({ issuer: `https://login.microsoftonline.com/${OTHER}/v2.0`, tenant: OTHER }),
      named({ issuer: 'https://login.microsoftonline.com/common/v2.0' }),
      named({ issuer: `https://sts.windows.net/${OTHER}/` }),
      named({ issuer: 'https://login.example.com', tenant: OTHER }),
      named({ issuer: 'no address' }),
    ];
    for (const stranger of strangers)
      expect([stranger, await directory.signInOf(stranger)]).toEqual([stranger, { ok: false, why: 'unknown' }]);
    expect(graph.requests()).toEqual([]);
  });

  it('is nobody’s by an address or a name, whoever has it', async () => {
    const { directory, graph } = await scene();
    for (const subject of ['pia@example.com', 'pia', 'Pia Rossi', `${idOf('pia')}/manager`, ''])
      expect([subject, await directory.signInOf(named({ subject, email: 'pia@example.com' }))]).toEqual([
        subject,
        { ok: false, why: 'unknown' },
      ]);
    expect(graph.requests()).toEqual([]);
  });

  it('may come from a provider beside Entra that says the object id', async () => {
    const { directory } = await scene();
    expect(await directory.signInOf(named({ issuer: 'https://login.example.com', tenant: null }))).toEqual({
      ok: true,
      person: idOf('pia'),
    });
  });

  it('is looked up as of now: whoever was deactivated or deleted a moment ago is nobody', async () => {
    const { directory, graph } = await scene();
    await directory.signInOf(named());
    graph.tenant.change(idOf('pia'), { accountEnabled: false });
    expect(await directory.signInOf(named())).toEqual({ ok: false, why: 'unknown' });
    graph.tenant.remove(idOf('evan'));
    expect(await directory.signInOf(named({ subject: idOf('evan') }))).toEqual({ ok: false, why: 'unknown' });
  });

  it('is not told where Graph cannot be asked', async () => {
    const { directory, graph, clock } = await scene();
    await directory.signInOf(named());
    graph.setMode('outage');
    expect(await whileTimeRuns(clock, directory.signInOf(named()))).toEqual({ ok: false, why: 'unreachable' });
  });
});
