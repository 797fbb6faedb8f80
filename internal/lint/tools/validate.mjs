// node validate.mjs DIR: judges templates with AWS's engine from DIR/node_modules.
// In: a line {id, file, region, parameters} per launch. Out, in the same order, a line
// {id, status, suppressed, findings} each. The engine is started once for all.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const load = createRequire(resolve(process.argv[2], "package.json"));
const { RegoEngine, TemplateFile } = load("@aws/cloudformation-validate");

const partitions = [
  ["cn-", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-", "aws-us-gov", "amazonaws.com"],
  ["", "aws", "amazonaws.com"],
];

const engine = new RegoEngine();
for await (const line of createInterface({ input: process.stdin })) {
  const { id, file, region, parameters } = JSON.parse(line);
  const [, partition, urlSuffix] = partitions.find(([prefix]) => region.startsWith(prefix));
  const report = engine.validateStandard(new TemplateFile(file), {
    severityLevel: "DEBUG", // what this leaves out would count as suppressed
    parameterOverrides: parameters ?? {},
    pseudoParameterOverrides: {
      region, partition, urlSuffix, accountId: "111122223333", stackName: "example",
    },
  });
  const findings = report.diagnostics.map((d) => ({
    rule: d.ruleId,
    severity: d.severity,
    section: d.entity?.entityType,
    name: d.entity?.logicalId,
    path: d.propertyPath,
    line: d.startLine,
    message: d.message,
  }));
  const { status, metadata } = report;
  console.log(JSON.stringify({ id, status, suppressed: metadata.suppressed, findings }));
}
engine.free();
