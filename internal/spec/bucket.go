package spec

// Bucket is an S3 bucket.
type Bucket struct {
	Why        Word             `key:"why,required" doc:"What is kept in it."`
	Existing   *Text            `key:"existing" doc:"A parameter of kind bucket-name with optional: yes: where the customer names a bucket of their own, none is made, and the name means theirs."`
	Name       *Text            `key:"name" doc:"A fixed name. Use stack.suffix in it; without a name CloudFormation makes a unique one."`
	Keep       Word             `key:"keep,required" enum:"data,nothing" doc:"data: stays when the stack is deleted; nothing: is deleted with the stack."`
	Versions   *Flag            `key:"versions" doc:"Keep old versions of objects. Default: yes."`
	Unfinished Number           `key:"unfinishedUploads" doc:"Days after which parts of unfinished uploads are removed. Default: 7."`
	Key        *Text            `key:"key" doc:"The KMS key that encrypts it: a parameter of kind key-arn. Where it is optional and left empty, and by default: AES-256 with keys of S3."`
	BucketKey  *Flag            `key:"bucketKey" doc:"Spare calls to KMS for objects that KMS encrypts. Default: yes with a key, else no."`
	AccessLogs *AccessLogs      `key:"accessLogs" doc:"Every access is logged."`
	Expire     Keyed[Number]    `key:"expire" doc:"Days after which objects go, by the prefix of their keys."`
	Allow      Keyed[Statement] `key:"allow" doc:"Statements of the bucket's own policy; each needs a principal."`
	When       Gate             `key:"when" doc:"When it exists."`
	Differs    Word             `key:"differs" doc:"Where and why it departs from the vendor's published document."`
	Properties *Extra           `key:"properties" doc:"CloudFormation properties merged into the resource."`
}

// AccessLogs is S3's log of accesses to a bucket.
type AccessLogs struct {
	To     *Text `key:"to" doc:"The bucket that takes them: a bucket of this stack by its name, or a parameter of kind bucket-name. Default: the bucket itself."`
	Prefix Word  `key:"prefix,required" doc:"What their keys begin with, such as access-logs/."`
	Why    Word  `key:"why,required" doc:"Who reads them."`
}
