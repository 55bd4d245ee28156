import { backendContract } from '../../contracts/backend.ts';
import { type VendorName, vendorStage } from '../../support/vendors.ts';

const stage = (name: VendorName) => async () => {
  // The calls that hang are waited for.
  const { backend, standIn } = await vendorStage(name, { timeoutMs: 1_000 });
  return {
    backend,
    fail: standIn.fail,
    asked: () => standIn.requests().map(({ operation }) => operation),
  };
};

const byEmail = (person: string): string => `${person}@example.com`;

backendContract('a SCIM directory', stage('scim'), {
  called: byEmail,
  one: { operation: 'people.contact', dataClass: 'profile', fields: ['name', 'email', 'phone', 'office'] },
  absent: 'nothing',
});
