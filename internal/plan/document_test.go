package plan

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"byocfn/internal/cfn"
)

// asRead does what CloudFormation does with a text: references become <name>, literals stay.
func asRead(t *testing.T, v cfn.Value) string {
	t.Helper()
	var out strings.Builder
	for _, piece := range flat(v) {
		switch name, ok := inline(piece); {
		case ok:
			out.WriteString("<" + name + ">")
		default:
			if text, isText := piece.(cfn.String); isText {
				out.WriteString(string(text))
				continue
			}
			out.WriteString(`one","two`) // a list that was joined
		}
	}
	return out.String()
}

// TestDocumentText holds the text of a document against its statements: what IAM reads there is what
// stands in them, whatever characters they hold.
func TestDocumentText(t *testing.T) {
	s := Statement{Sid: "Odd", Effect: "Deny", Actions: []string{"s3:Get*"},
		Resources: []cfn.Value{cfn.Sub("arn:${AWS::Partition}:s3:::a/${!aws:username}/\"\\"),
			cfn.String("literal ${aws:userid} <b>&")},
		Condition: cfn.Map{
			{Key: "StringEquals", Value: cfn.Map{
				{Key: "${Facts.Issuer}:sub", Value: cfn.Ref("Name")},
				{Key: "aws:RequestTag/${Cluster}/${!x}", Value: cfn.Strings("a", "b")}}},
			{Key: "StringLike", Value: cfn.Map{
				{Key: "aws:ResourceTag/pool", Value: cfn.Split(",", cfn.Ref("Pools"))}}}}}
	var got struct {
		Version   string
		Statement []map[string]any
	}
	text := asRead(t, documentText([]Statement{s, {Sid: "B", Effect: "Allow",
		Principal: cfn.Map{{Key: "Federated", Value: cfn.Sub("x/${Facts.Issuer}")}},
		Actions:   []string{"sts:AssumeRoleWithWebIdentity"}}}))
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	want := []map[string]any{{"Sid": "Odd", "Effect": "Deny", "Action": []any{"s3:Get*"},
		"Resource": []any{"arn:<AWS::Partition>:s3:::a/${aws:username}/\"\\",
			"literal ${aws:userid} <b>&"},
		"Condition": map[string]any{
			"StringEquals": map[string]any{"<Facts.Issuer>:sub": "<Name>",
				"aws:RequestTag/<Cluster>/${x}": []any{"a", "b"}},
			"StringLike": map[string]any{"aws:ResourceTag/pool": []any{"one", "two"}}}},
		{"Sid": "B", "Effect": "Allow", "Principal": map[string]any{"Federated": "x/<Facts.Issuer>"},
			"Action": []any{"sts:AssumeRoleWithWebIdentity"}}}
	if got.Version != "2012-10-17" || !reflect.DeepEqual(got.Statement, want) {
		t.Errorf("the text says\n%s\nnot\n%v", text, want)
	}
}

// FuzzDocumentText looks for a value or key that changes what the text around it means.
func FuzzDocumentText(f *testing.F) {
	for _, s := range []string{"", "${", "${!", "$${", `"`, `\`, "${a}", "a${aws:x}b", "\x00", "é", "\n", "$", "}"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, key, value string) {
		valid := func(s string) bool { return !strings.Contains(s, "\x00") && strings.ToValidUTF8(s, "") == s }
		if !valid(key) || !valid(value) {
			return // refused long before
		}
		escaped := strings.ReplaceAll(key, "${", "${!")
		s := Statement{Sid: "S", Effect: "Allow", Actions: []string{"s3:GetObject"},
			Resources: []cfn.Value{cfn.String(value)}, Condition: cfn.Map{{Key: "StringEquals",
				Value: cfn.Map{{Key: escaped + "${R}", Value: cfn.Sub(
					strings.ReplaceAll(value, "${", "${!") + "${R}")}}}}}
		var got struct {
			Statement []struct {
				Resource  string
				Condition map[string]map[string]string
			}
		}
		text := asRead(t, documentText([]Statement{s}))
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		first := got.Statement[0]
		if first.Resource != value || first.Condition["StringEquals"][key+"<R>"] != value+"<R>" {
			t.Errorf("%q and %q became %+v", key, value, first)
		}
	})
}
