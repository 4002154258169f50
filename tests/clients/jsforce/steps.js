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

/** Runs the steps, whatever becomes of the ones before; the exit code is 1 when one of them fails. */
async function main() {
  let running = 'the beginning';
  process.on('unhandledRejection', (error) => {
    console.log(`not ok - ${running}, unattended: ${error?.message ?? error}`);
    process.exitCode = 1;
  });
  console.log(`jsforce ${jsforce.VERSION ?? packageName} on Node ${process.version}`);
  for (const { title, run } of steps) {
    running = title;
    try {
      await run();
      console.log(`ok - ${title}`);
    } catch (error) {
      console.log(`not ok - ${title}: ${String(error?.message ?? error).replaceAll(/\s+/g, ' ').slice(0, 600)}`);
      console.error(error);
      process.exitCode = 1;
    }
  }
}

function runSteps() {
  main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

module.exports = { jsforce, required, runSteps, step };
