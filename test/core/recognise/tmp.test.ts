import { expect, it } from '@jest/globals';
import { createRecogniser } from '../../../src/core/recognise/recogniser.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
it('x', () => { const c = loadCatalogue({ folders: packFolders(null) }); const a = process.cpuUsage(); createRecogniser({ catalogue: c }); console.log('cpu', process.cpuUsage(a).user / 1000); expect(1).toBe(1); });
