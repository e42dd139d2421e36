// The estate of the comparison of controls as a CDK app under four packs of cdk-nag.
const { App, Stack, Validations, aws_s3: s3, aws_sqs: sqs, aws_sns: sns, aws_dynamodb: dynamodb } = require("aws-cdk-lib");
const { aws_logs: logs, aws_ec2: ec2, aws_iam: iam } = require("aws-cdk-lib");
const nag = require("cdk-nag");

const UNITS = Number(process.env.UNITS);
const app = new App({ outdir: process.env.OUT });
const on = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const trust = {
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
};
const kms = { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] };

for (let half = 0; half < 2; half++) { // CloudFormation takes 500 resources a stack
  const stack = new Stack(app, `estate-${half}`);
  for (let number = half; number < UNITS; number += 2) {
    const name = `unit-${number}`;
    new s3.CfnBucket(stack, `bucket-${name}`, {
      bucketName: name,
      publicAccessBlockConfiguration: on,
      versioningConfiguration: { status: "Enabled" },
      bucketEncryption: kms,
    });
    new sqs.CfnQueue(stack, `queue-${name}`, { queueName: name, sqsManagedSseEnabled: true });
    new sns.CfnTopic(stack, `topic-${name}`, { topicName: name });
    new dynamodb.CfnTable(stack, `table-${name}`, {
      tableName: name,
      billingMode: "PAY_PER_REQUEST",
      keySchema: [{ attributeName: "id", keyType: "HASH" }],
      attributeDefinitions: [{ attributeName: "id", attributeType: "S" }],
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    new logs.CfnLogGroup(stack, `logs-${name}`, { logGroupName: name, retentionInDays: 365 });
    new ec2.CfnSecurityGroup(stack, `group-${name}`, { groupName: name, groupDescription: name });
    new iam.CfnRole(stack, `role-${name}`, { roleName: name, assumeRolePolicyDocument: trust });
  }
}
for (const Pack of [nag.AwsSolutionsChecks, nag.HIPAASecurityChecks, nag.NIST80053R5Checks, nag.PCIDSS321Checks]) {
  Validations.of(app).addPlugins(new Pack(app));
}
app.synth();
