import { afterEach, describe, expect, it } from '@jest/globals';
import { secretsContract } from '../../contracts/secrets.ts';
import { openVaultStage, TTL_MS, type VaultStage } from './support.ts';

let open: VaultStage[] = [];
afterEach(async () => {
  for (const { azure } of open) {
    expect(azure.vault.offences()).toEqual([]);
    await azure.close();
  }
  open = [];
});

secretsContract('Key Vault', async () => {
  const stage = await openVaultStage();
  open.push(stage);
  const { azure, clock } = stage;
  const { vault } = azure;
  const put = async (name: string, value: string): Promise<void> => {
    // The vault tells times of creation in whole seconds.
    await clock.advance(1_000);
    vault.put(name, value);
  };
  return {
    secrets: stage.make(),
    put,
    rotate: put,
    retire: async (name) => {
      const newest = vault.versions.newest(name);
      for (const { id } of vault.versions.of(name)) if (id !== newest?.id) vault.change(name, id, { enabled: false });
    },
    takeAway: async (name) => vault.takeAway(name),
    goAway: async () => vault.fail({ kind: 'status', status: 503 }),
    pass: () => clock.advance(TTL_MS),
  };
});

describe('the stand-in’s vault', () => {
  it('never tells the first page alone, nor a value in a list', async () => {
    const stage = await openVaultStage();
    open.push(stage);
    stage.azure.vault.put('data-key', 'hush-hush');
    expect((await stage.make().get('data-key')).current).toBe('hush-hush');
    const paths = stage.azure.vault.calls().map(({ path, status }) => `${status} ${path}`);
    expect(paths.filter((path) => path === '200 /secrets/data-key/versions')).toHaveLength(2);
    expect(JSON.stringify(stage.azure.vault.calls())).not.toContain('hush');
  });
});
