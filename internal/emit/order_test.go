package emit

import (
	"strings"
	"testing"

	"byocfn/internal/cfn"
)

// outline gives the keys of a value in reading order.
func outline(v cfn.Value) string {
	var keys []string
	cfn.Walk(v, func(v cfn.Value) {
		if m, ok := v.(cfn.Map); ok {
			for _, e := range m {
				keys = append(keys, e.Key)
			}
			keys = append(keys, ";")
		}
	})
	return strings.Join(keys, " ")
}

func TestOrder(t *testing.T) {
	for _, c := range []struct{ kind, properties, want string }{
		{"AWS::Lambda::Function",
			"{Zeta: 1, Tags: [{Value: v, Key: k}], Timeout: 1, " +
				"Alpha: 1, Runtime: r, Code: {S3Key: k, S3Bucket: b}}",
			"Runtime Code Timeout Alpha Zeta Tags ; S3Bucket S3Key ; Key Value ;"},
		{"AWS::IAM::Role",
			"{Policies: [!If [A, {PolicyDocument: {Statement: [" +
				"{Resource: r, Effect: e, Condition: {B: {y: 1, x: 1}, A: 1}, Action: a}]," +
				" Version: v}, PolicyName: p}, !Ref B]], Path: p}",
			"Path Policies ; PolicyName PolicyDocument ; Version Statement ; " +
				"Effect Action Resource Condition ; A B ; x y ;"},
		{"AWS::EC2::SecurityGroup",
			"{SecurityGroupEgress: [{Description: d, CidrIp: c, ToPort: 1, FromPort: 1, IpProtocol: p}]}",
			"SecurityGroupEgress ; IpProtocol FromPort ToPort CidrIp Description ;"},
		{"Custom::Thing",
			"{Zeta: {b: 1, a: 1}, Release: r, Alpha: 1, Tags: [], ServiceTimeout: 1, Key: 1, ServiceToken: t}",
			"ServiceToken ServiceTimeout Release Zeta Alpha Tags Key ; b a ;"},
		{"AWS::S3::Bucket", "{BucketName: !Sub [x, {Zeta: 1, Alpha: 1}]}",
			"BucketName ; Zeta Alpha ;"},
		{"Unheard::Of::It", "{b: 1, Tags: 1, a: 1}", "a b Tags ;"},
	} {
		v, err := Parse([]byte(c.properties))
		if err != nil {
			t.Fatal(err)
		}
		before := outline(v)
		ordered := Order(c.kind, v.(cfn.Map))
		if got := outline(ordered); got != c.want {
			t.Errorf("%s: got %s, want %s", c.kind, got, c.want)
		}
		if outline(v) != before {
			t.Errorf("%s: its input has changed", c.kind)
		}
		if again := Order(c.kind, ordered); outline(again) != c.want {
			t.Errorf("%s: not stable", c.kind)
		}
	}
}

func TestOrderKeepsComments(t *testing.T) {
	got := Order("AWS::EC2::VPC", cfn.Map{
		{Key: "Tags", Value: cfn.List{{Comment: "item", Value: cfn.Map{{Key: "Value",
			Value: cfn.Int(1)},
			{Key: "Key", Comment: "key", Value: cfn.Int(1)}}}}},
		{Key: "CidrBlock", Comment: "block", Space: true, Value: cfn.Int(1)},
	})
	item := got[1].Value.(cfn.List)[0]
	if got[0].Comment != "block" || !got[0].Space ||
		item.Comment != "item" || item.Value.(cfn.Map)[0].Comment != "key" {
		t.Errorf("got %#v", got)
	}
}

func TestOrderResource(t *testing.T) {
	v, err := Parse([]byte("{Properties: {Tags: 1, CidrBlock: 1}, DeletionPolicy: Retain, Odd: 1, " +
		"Condition: C, Type: 'AWS::EC2::VPC'}"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "Type Condition DeletionPolicy Odd Properties ; CidrBlock Tags ;"
	if got := outline(OrderResource(v.(cfn.Map))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
