// What the scripts of this folder share: the package under test, where the org is, and a list of steps.
'use strict';

const packageName = process.argv[2] ?? 'jsforce';
const jsforce = require(packageName);

const steps = [];

/** Adds a step; steps run one after the other. */
const step = (title, run) => steps.push({ title, run });

function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`set ${name}`);
  }
  return value;
}

/** Runs the steps and ends the process: with an error when one of them fails. */
async function main() {
  console.log(`jsforce ${jsforce.VERSION ?? packageName} on Node ${process.version}`);
  for (const { title, run } of steps) {
    try {
      await run();
    } catch (error) {
      console.log(`not ok - ${title}`);
      throw error;
    }
    console.log(`ok - ${title}`);
  }
}

function runSteps() {
  main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

module.exports = { jsforce, required, runSteps, step };
