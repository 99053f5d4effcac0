/** Loaded before every test file: random cases that name no seed of their own begin at the run's, too. */
import fc from 'fast-check';
import { testSeed } from './test-seed.ts';

fc.configureGlobal({ seed: testSeed() });
