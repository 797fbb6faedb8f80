package stack

import (
	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/logs"

	"byocfn/internal/plan"
)

// function runs a static binary named bootstrap: the runtime has no language in it that could age.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-handler.html
func function(t *tickets, f *plan.LambdaFunction) draft {
	return draft{
		typed: &lambda.Function{
			FunctionName:  t.maybe(f.Name),
			Description:   t.word(f.Description),
			Runtime:       new("provided.al2023"),
			Architectures: []string{"arm64"},
			Handler:       new("bootstrap"),
			Code: &lambda.Function_Code{
				S3Bucket: new(t.text("bucket of the code", f.Bucket)),
				S3Key:    new(t.text("key of the code", f.Key)),
			},
			Role:       t.text("role", f.Role),
			MemorySize: number(f.Memory),
			Timeout:    number(f.Timeout),
			LoggingConfig: &lambda.Function_LoggingConfig{
				LogGroup:  new(t.text("log group", f.LogGroup)),
				LogFormat: new("JSON"),
			},
			Tags: tagList(t, f.Tags),
		},
		edits: tagComments("Tags", f.Tags),
	}
}

// functionVersion makes Lambda compare the code with the published digest.
// https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
func functionVersion(t *tickets, v *plan.FunctionVersion) draft {
	return draft{typed: &lambda.Version{
		FunctionName: t.text("function", v.Function),
		CodeSha256:   new(t.text("digest", literal(v.CodeSHA256))),
	}}
}

// invokeConfig is about $LATEST, because custom resources invoke the function without a version.
func invokeConfig(t *tickets, c *plan.InvokeConfig) draft {
	return draft{typed: &lambda.EventInvokeConfig{
		FunctionName:             t.text("function", c.Function),
		Qualifier:                "$LATEST",
		MaximumRetryAttempts:     new(c.Retries),
		MaximumEventAgeInSeconds: number(c.MaxAge),
	}}
}

// logGroup without days keeps its events for ever.
func logGroup(t *tickets, g *plan.LogGroup) draft {
	return draft{
		typed: &logs.LogGroup{
			RetentionInDays: number(g.RetentionDays),
			Tags:            tagList(t, g.Tags),
		},
		edits: tagComments("Tags", g.Tags),
	}
}
