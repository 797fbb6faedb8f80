package published

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// shop grants from every side: inline, attached by the role, attached by the policy, as JSON text,
// to a role of somebody else, and by a resource's own policy.
const shop = `{
"Parameters": {"Issuer": {"Type": "String"}, "Theirs": {"Type": "String", "Default": "their-role"},
 "Old": {"Type": "String", "Default": "no"}},
"Conditions": {"Old": {"Fn::Equals": [{"Ref": "Old"}, "yes"]}},
"Resources": {
 "ByPolicy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"Roles": [{"Ref": "Clerk"}],
  "PolicyDocument": {"Statement": [{"Sid": "Keys", "Effect": "Allow", "Action": "kms:Decrypt",
   "Resource": "arn:*:kms:*:*:key/k"}, {"Fn::If": ["Old", {"Sid": "Old", "Effect": "Allow",
   "Action": "sqs:*", "Resource": "*"}, {"Ref": "AWS::NoValue"}]}]}}},
 "ByRole": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Fn::Sub":
  "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": [\"ec2:RunInstances\"], \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"aws:RequestTag/${Issuer}\": \"${!aws:username}\"}}}}"}}},
 "Clerk": {"Type": "AWS::IAM::Role", "Properties": {
  "AssumeRolePolicyDocument": {"Statement": [{"Sid": "Pods", "Effect": "Allow",
   "Principal": {"Federated": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:oidc-provider/${Issuer}"}},
   "Action": "sts:AssumeRoleWithWebIdentity"},
   {"Sid": "Vendor", "Effect": "Allow", "Principal": {"AWS": 123456789012}, "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}]},
  "ManagedPolicyArns": [{"Ref": "ByRole"}, "arn:aws:iam::aws:policy/ReadOnlyAccess"],
  "Policies": [{"PolicyName": "Inline", "PolicyDocument": {"Statement": [{"Effect": "Allow",
   "Action": "s3:Put*", "Resource": {"Fn::Sub": "${Till.Arn}/data/*"}},
   {"Sid": "Count", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": {"Fn::GetAtt": ["Till", "Arn"]}}]}}]}},
 "Till": {"Type": "AWS::S3::Bucket"},
 "TillPolicy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Till"},
  "PolicyDocument": {"Statement": [{"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
   "Resource": {"Fn::GetAtt": ["Till", "Arn"]}}]}}},
 "Guest": {"Type": "AWS::IAM::RolePolicy", "Properties": {"RoleName": {"Ref": "Theirs"},
  "PolicyName": "g", "PolicyDocument": {"Statement": [{"Sid": "G", "Effect": "Allow", "Action": "a:B",
  "Resource": "*"}]}}},
 "Helper": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [
  {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}}}
}}`

func TestHolders(t *testing.T) {
	stack, err := Open([]byte(shop), inputs())
	if err != nil {
		t.Fatal(err)
	}
	holders, err := stack.Holders()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range holders {
		for _, s := range h.Statements {
			got = append(got, fmt.Sprint(h.ID, " ", s.Name, " ", permits(s.Effect, Part{"", s.Actions,
				s.Principals, s.Resources, s.conditions()})))
		}
	}
	want := []string{
		"ByPolicy ByPolicy/Keys `kms:Decrypt` on `arn:aws:kms:*:*:key/k`",
		"Clerk ByPolicy/Keys `kms:Decrypt` on `arn:aws:kms:*:*:key/k`",
		"Clerk Clerk/Inline/1 `s3:Put*` on `arn:aws:s3:::demo-till/data/*`",
		"Clerk Clerk/Inline/Count `s3:ListBucket` on `arn:aws:s3:::demo-till`",
		"Clerk ByRole/1 `ec2:RunInstances` on `*` if `StringEquals aws:RequestTag/i/1 = ${aws:username}`",
		"Clerk Clerk/attached `arn:aws:iam::aws:policy/ReadOnlyAccess`",
		"ByRole ByRole/1 `ec2:RunInstances` on `*` if `StringEquals aws:RequestTag/i/1 = ${aws:username}`",
		"Clerk.trust Clerk.trust/Pods `sts:AssumeRoleWithWebIdentity` by " +
			"`Federated:arn:aws:iam::111122223333:oidc-provider/i/1`",
		"Clerk.trust Clerk.trust/Vendor `sts:AssumeRole` by `AWS:arn:aws:iam::123456789012:root` if " +
			"`StringEquals sts:ExternalId = x`",
		"TillPolicy TillPolicy/Tls **denies** `s3:*` by `*` on `arn:aws:s3:::demo-till`",
		"Guest Guest/G `a:B` on `*`",
		"Helper.trust Helper.trust/1 `sts:AssumeRole` by `Service:lambda.amazonaws.com`",
	}
	if !slices.Equal(got, want) {
		t.Errorf("holders:\n%s", strings.Join(got, "\n"))
	}
}

func inputs() Inputs {
	return Inputs{Region: "us-east-1", Account: "111122223333", StackName: "demo",
		Parameters: map[string]string{"Issuer": "i/1"}}
}

// shopDocuments is what a vendor could have published for shop.
func shopDocuments() []Document {
	return []Document{
		{Name: "clerk", Title: "Clerk", Source: "the handbook.", JSON: []byte(`{"Statement": [
		 {"Sid": "Till", "Effect": "Allow", "Action": "s3:Put*", "Resource": ["<TILL>/data/*", "<TILL>"]},
		 {"Sid": "Count", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "<TILL>/"},
		 {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "<KEYS>"},
		 {"Sid": "Run", "Effect": "Allow", "Action": ["ec2:RunInstances"], "Resource": "*"}]}`)},
		{Name: "aws", Title: "AWS", Source: "x", JSON: []byte(
			`{"ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}`)},
		{Name: "trust", Title: "Trust", Source: "x", JSON: []byte(`{"Statement": [{"Effect": "Allow",
		 "Principal": {"AWS": "arn:aws:iam::<VENDOR>:root"}, "Action": "sts:AssumeRole",
		 "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}]}`)},
		{Name: "paper", Title: "Paper", Source: "x", JSON: []byte(`{"Statement": []}`)},
	}
}

func shopProduct() Product {
	return Product{Name: "shop", Values: Values{"<TILL>": {"arn:aws:s3:::demo-till"},
		"<KEYS>":   {"arn:aws:kms:*:*:key/k", "arn:aws:kms:*:*:key/spare"},
		"<VENDOR>": {"000000000000"}}, // the case says another
		Cases: []Case{{"plain", "till", inputs(), Values{"<VENDOR>": {"123456789012"}}, []Pair{
			{"Clerk", []string{"clerk", "aws"}}, {"Clerk.trust", []string{"trust"}}}}}}
}

const shopAnswers = `
omitted:
  - { name: paper, reason: Nobody prints any more. }
principals:
  - { name: TillPolicy, reason: Ours. }
  - { name: Guest, reason: Ours. }
  - { name: Helper, reason: Ours. }
differences:
  - kind: missing
    document:
      - statement: clerk/Till
        actions: ["s3:Put*"]
        resources: ["arn:aws:s3:::demo-till"]
      - statement: clerk/3
        actions: ["kms:Decrypt"]
        resources: ["arn:aws:kms:*:*:key/spare"]
    reason: The drawer is enough.
  - kind: narrower
    document:
      - statement: clerk/Run
        actions: ["ec2:RunInstances"]
        resources: ["*"]
        as:
          - statement: ByRole/1
            resources: ["*"]
            if: ["StringEquals aws:RequestTag/i/1 = ${aws:username}"]
    reason: Only with a tag | or so.
  - kind: changed
    document:
      - statement: clerk/Count
        actions: ["s3:ListBucket"]
        resources: ["arn:aws:s3:::demo-till/"]
    ours:
      - statement: Clerk/Inline/Count
        actions: ["s3:ListBucket"]
        resources: ["arn:aws:s3:::demo-till"]
    reason: No bucket ends so.
  - kind: extra
    ours:
      - statement: Clerk.trust/Pods
        actions: ["sts:AssumeRoleWithWebIdentity"]
        principals: ["Federated:arn:aws:iam::111122223333:oidc-provider/i/1"]
    reason: Pods are the clerks.
`

func judged(template, answers string, documents []Document) (Evidence, Report, error) {
	differences, err := ReadDifferences("differences.yaml", []byte(answers))
	e := Evidence{documents, differences, map[string][]byte{"till": []byte(template)}}
	if err != nil {
		return e, Report{}, err
	}
	r, err := Judge(shopProduct(), e)
	return e, r, err
}

func TestJudge(t *testing.T) {
	e, r, err := judged(shop, shopAnswers, shopDocuments())
	if err != nil {
		t.Fatal(err)
	}
	table, err := Table("Shop", e, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| Count | `s3:ListBucket` on `<TILL>/` | `Clerk/Inline/Count` | **changed** `s3:ListBucket`. No bucket ends so. |",
		"| `Clerk/Inline/Count` | changed | `s3:ListBucket` on `arn:aws:s3:::demo-till` | No bucket ends so. |",
		"| Till | `s3:Put*` on `<TILL>/data/*`, `<TILL>` | `Clerk/Inline/1` | **missing** `s3:Put*`. The drawer is enough. |",
		"| 3 | `kms:Decrypt` on `<KEYS>` | `ByPolicy/Keys` | **missing** `kms:Decrypt`. The drawer is enough. |",
		"| Run | `ec2:RunInstances` on `*` | `ByRole/1` | **narrower** `ec2:RunInstances`. Only with a tag \\| or so. |",
		"| attached | `arn:aws:iam::aws:policy/ReadOnlyAccess` | `Clerk/attached` |  |",
		"Document `clerk`, from the handbook.\nOurs: `Clerk`.",
		"| `Clerk.trust/Pods` | extra | `sts:AssumeRoleWithWebIdentity` by ",
		"## What no document is about", "| `Helper` | Ours. |",
		"## Documents that no stack grants", "| `paper` | Nobody prints any more. |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks\n%s\n\n%s", want, table)
		}
	}
}

// TestJudgeRefuses is the control: whatever changes in a template, a document or an answer shows.
func TestJudgeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ in, from, to, want string }{
		"an action removed": {"template", `"Action": "kms:Decrypt"`, `"Action": "kms:Encrypt"`,
			"kind: missing\n    document:\n      - statement: \"clerk/3\""},
		"an action added": {"template", `"Action": "kms:Decrypt"`, `"Action": ["kms:Decrypt", "kms:Sign"]`,
			"kind: extra\n    ours:\n      - statement: \"ByPolicy/Keys\"\n        actions: [\"kms:Sign\"]"},
		"a resource widened": {"template", "key/k", "key/*", "kind: wider"},
		"a resource widened where it was narrower": {"template", `[\"ec2:RunInstances\"], \"Resource\": \"*\"`,
			`[\"ec2:RunInstances\"], \"Resource\": \"arn:x\"`, "kind: narrower"},
		"a condition removed":       {"template", `\"Condition\"`, `\"Version\"`, "nothing differs so"},
		"a trust widened":           {"template", `{"AWS": 123456789012}`, `"*"`, "kind: wider"},
		"another external id":       {"template", `"sts:ExternalId": "x"`, `"sts:ExternalId": "y"`, "kind: missing"},
		"a narrowed statement gone": {"template", `[{"Ref": "ByRole"}, `, `[`, "kind: missing"},
		"a policy attached": {"template", `"arn:aws:iam::aws:policy/ReadOnlyAccess"`,
			`"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"`,
			"kind: extra"},
		"a new principal": {"template", `"Guest":`, `"Visitor":`, "no document is about Visitor/G"},
		"an answer for a role that has documents": {"answers", "name: Guest", "name: Clerk",
			"Clerk has documents, or nothing is it"},
		"a switch turned": {"template", `"Default": "no"`, `"Default": "yes"`, `"ByPolicy/Old"`},
		"a document more": {"document", `"Action": "s3:Put*"`, `"Action": ["s3:Put*", "sns:Publish"]`,
			`actions: ["sns:Publish"]`},
		"a placeholder": {"document", "<KEYS>", "<KEYRING>", "no value stands for <KEYRING>"},
		"not action":    {"document", `"Action": "kms:Decrypt"`, `"NotAction": "kms:Decrypt"`, "NotAction"},
		"a stale difference": {"answers", `["kms:Decrypt"]`, `["kms:Decrypt", "kms:Sign"]`,
			"nothing differs so"},
		"a wrong kind":       {"answers", "kind: missing", "kind: narrower", "narrower and wider, and no other"},
		"no kind":            {"answers", "kind: missing", "kind: less", "kind is missing, narrower"},
		"no reason":          {"answers", "reason: The drawer is enough.", "reason:", "reason"},
		"a stale principal":  {"answers", "name: Guest", "name: Ghost", "Ghost has documents, or nothing is it"},
		"nothing omitted":    {"answers", "name: paper", "name: pepper", "compare it or omit it"},
		"an unknown omitted": {"answers", "name: paper", "name: pepper", "there is no document pepper"},
		"a misspelt key":     {"answers", "omitted:", "omited:", "omited"},
	} {
		template, documents, answers := shop, shopDocuments(), shopAnswers
		switch c.in {
		case "template":
			template = replacedOnce(t, template, c.from, c.to)
		case "document":
			documents[0].JSON = []byte(replacedOnce(t, string(documents[0].JSON), c.from, c.to))
		case "answers":
			answers = replacedOnce(t, answers, c.from, c.to)
		}
		if _, _, err := judged(template, answers, documents); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nis not\n%s", name, err, c.want)
		}
	}
}

func replacedOnce(t *testing.T, text, from, to string) string {
	t.Helper()
	if !strings.Contains(text, from) {
		t.Fatalf("%q is not there", from)
	}
	return strings.Replace(text, from, to, 1)
}

// TestJudgeLooksAtEverything: a stack, a holder and a document that nobody looks at are found.
func TestJudgeLooksAtEverything(t *testing.T) {
	e, _, _ := judged(shop, shopAnswers, shopDocuments())
	e.Templates["attic"] = []byte(shop)
	p := shopProduct()
	p.Cases[0].Pairs[1] = Pair{"Clark.trust", []string{"trust", "oath"}}
	_, err := Judge(p, e)
	for _, want := range []string{"no case looks at stack attic", "nothing is Clark.trust in this launch",
		"no document is about Clerk.trust/Pods"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v is not %s", err, want)
		}
	}
}

// TestPrintReadsBack: what a failing test prints answers for itself once it has a reason.
func TestPrintReadsBack(t *testing.T) {
	r := Residue{Part{"d/\"1\"", []string{"a:B*", "c:D"}, []string{"*"}, []string{`x\y`, "ü"},
		[]string{"StringLike k = - a or #b"}}, []Part{{"o/1", nil, nil, []string{"x"}, nil}}}
	for _, ours := range []bool{false, true} {
		text := "differences:\n" + strings.Replace(Print(r, ours), "reason:\n", "reason: because\n", 1)
		d, err := ReadDifferences("d.yaml", []byte(text))
		if err != nil || len(d.Differences) != 1 ||
			!slices.Equal(d.Differences[0].keys(), []string{side(ours) + r.key()}) {
			t.Errorf("%v\n%s\n%+v", err, text, d)
		}
	}
}
