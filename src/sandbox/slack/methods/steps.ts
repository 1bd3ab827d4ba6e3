import { asWire, isWire, parseJson, type Wire } from '../../wire.ts';
import type { StepRun } from '../model.ts';
import { ApiError, breaks, invalidArguments, type MethodTable, required } from './method.ts';

/** The end of a custom step (https://docs.slack.dev/reference/methods/functions.completeSuccess). */
export const stepMethods: MethodTable = {
  'functions.completeSuccess': {
    run: (args, { workspace }) => {
      const run = runningStep(args, workspace.stepRuns);
      const given = typeof args['outputs'] === 'string' ? parseJson(args['outputs']) : args['outputs'];
      if (!isWire(given)) throw invalidArguments(['[ERROR] missing required field: outputs']);
      const step = workspace.options.manifest.steps.find((each) => each.callbackId === run.callbackId);
      const missing = (step?.outputs ?? []).filter((output) => output.isRequired && given[output.name] === undefined);
      const unknown = Object.keys(given).filter((name) => !(step?.outputs ?? []).some((output) => output.name === name));
      const problems = [
        ...missing.map((output) => `[ERROR] output ${output.name} is missing`),
        ...unknown.map((name) => `[ERROR] output ${name} is not declared`),
      ];
      if (problems.length > 0)
        throw breaks('steps.once', 'parameter_validation_failed', problems.join('; '), {
          response_metadata: { messages: problems },
        });
      run.state = 'completed';
      run.outputs = asWire(given);
      workspace.changed();
      return {};
    },
  },
  'functions.completeError': {
    run: (args, { workspace }) => {
      const run = runningStep(args, workspace.stepRuns);
      run.error = required(args, 'error');
      run.state = 'failed';
      workspace.changed();
      return {};
    },
  },
};

function runningStep(args: Wire, runs: ReadonlyMap<string, StepRun>): StepRun {
  const run = runs.get(required(args, 'function_execution_id'));
  if (run === undefined) throw new ApiError('function_execution_not_found');
  if (run.state !== 'running') throw breaks('steps.once', 'execution_not_in_running_state', `the step is ${run.state} already`);
  return run;
}
