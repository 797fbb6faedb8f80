package fakeec2

// dialect is what services differ in that speak AWS's query protocol: the version that requests
// name, the actions, and what stands around a result and an error.
type dialect struct {
	version string
	decode  func(action string) func(*params) operation
	write   func(d *document, action, requestID string, operation func() error) error
	refuse  func(r refusal, requestID string) Answer
}

// ec2Dialect is EC2's.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func ec2Dialect() dialect {
	return dialect{
		version: "2016-11-15",
		decode:  decoder,
		write: func(d *document, _, id string, operation func() error) error {
			d.text("requestId", id)
			return operation()
		},
		refuse: ec2Refusal,
	}
}

func ec2Refusal(r refusal, id string) Answer {
	var d document
	d.open("Response")
	d.open("Errors")
	d.open("Error")
	d.text("Code", r.code)
	d.text("Message", r.message)
	d.close("Error")
	d.close("Errors")
	d.text("RequestID", id)
	d.close("Response")
	return Answer{Status: r.status, Body: d.String(), Code: r.code}
}
