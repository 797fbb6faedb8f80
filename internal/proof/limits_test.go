package proof

import (
	"encoding/json"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/plan"
)

func TestLongest(t *testing.T) {
	cases := []struct {
		pattern      string
		chars, comma int
	}{
		{`^$`, 0, 0},
		{`^[a-z0-9][a-z0-9.-]{1,45}$`, 46, 0},
		{`^(ab|c{2,7})?x$`, 8, 0},
		{`^a(,b{1,3}){0,4}$`, 17, 4},
		{`^[+-.]{3}$`, 3, 3},
		{`^[a-z]*$`, unbounded, 0},
		{`^([a-z]+,)+$`, unbounded, unbounded},
		{`^(x{1000}){1000}$`, unbounded, unbounded},
		{`^(?!no)$`, unbounded, unbounded},
		{`^.{2}$`, 2, 2},
	}
	for _, c := range cases {
		if got := longest(c.pattern); got != c.chars {
			t.Errorf("longest %s: %d, want %d", c.pattern, got, c.chars)
		}
		if got := most(c.pattern, ','); got != c.comma {
			t.Errorf("commas of %s: %d, want %d", c.pattern, got, c.comma)
		}
	}
}

// FuzzLongest holds the bound against texts that do match.
func FuzzLongest(f *testing.F) {
	f.Add(`^a{2,3}b?$`, "aab")
	f.Add(`^(é|[x-z])+$`, "éx")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if matches(pattern, s) && len([]rune(s)) > longest(pattern) {
			t.Errorf("%q matches %q, longer than %d", s, pattern, longest(pattern))
		}
	})
}

func measured() *plan.Plan {
	width := 9
	p := gated(
		res("Pond", "", &plan.Bucket{Name: cfn.Join("-", cfn.Values(cfn.String("pond"), cfn.StackSuffix()))}),
		res("Diver", "", &plan.Role{Path: cfn.String("/sea/"), Name: cfn.String("diver")}),
		res("Net", "", &plan.SecurityGroup{}),
		res("Fn", "", &plan.LambdaFunction{}),
		res("Facts", "", &plan.Custom{}),
	)
	p.Parameters = append(p.Parameters,
		plan.Parameter{Name: "Short", MaxLength: &width, AllowedPattern: `^[a-z]+$`},
		plan.Parameter{Name: "Ids", AllowedPattern: `^v-[0-9]{2}(,v-[0-9]{2}){0,4}$`},
		plan.Parameter{Name: "Free", AllowedPattern: `^[a-z]+$`})
	return p
}

func TestMeasure(t *testing.T) {
	ids := cfn.Split(",", cfn.Sub("arn:v/${L}", cfn.Entry{Key: "L",
		Value: cfn.Join(",arn:v/", cfn.Split(",", cfn.Ref("Ids")))}))
	mixed := cfn.Split("|", cfn.Join("|", cfn.Values(cfn.Join("|", cfn.Split(",", cfn.Ref("Ids"))),
		cfn.Sub("arn:${AWS::Partition}"), cfn.GetAtt("Pond", "Arn"))))
	cases := map[string]struct {
		v            cfn.Value
		chars, items int
	}{
		"text":        {cfn.String("größe"), 5, 1},
		"suffix":      {cfn.StackSuffix(), 36, 1},
		"vpc":         {cfn.Ref("VpcId"), 21, 1},
		"enum":        {cfn.Sub("<${Mode}>"), 7, 1},
		"max length":  {cfn.Ref("Short"), 9, 1},
		"unbounded":   {cfn.Ref("Free"), guess, 1},
		"literal":     {cfn.Sub("${!x}${AWS::AccountId}"), 16, 1},
		"column":      {cfn.FindInMap("Regions", cfn.Ref("AWS::Region"), cfn.String("svc")), 3, 1},
		"choice":      {cfn.If("Siren", cfn.String("long"), cfn.String("s")), 4, 1},
		"bucket arn":  {cfn.GetAtt("Pond", "Arn"), 20 + 41, 1},
		"role arn":    {cfn.Sub("${Diver.Arn}"), 10 + len("arn::iam::123456789012:role/sea/diver"), 1},
		"group":       {cfn.GetAtt("Net", "GroupId"), 20, 1},
		"function":    {cfn.Ref("Fn"), 64, 1},
		"range":       {cfn.GetAtt("Facts", "CidrBlock"), 18, 1},
		"list of ids": {ids, 6 + 24 + 4*7, 5},
		"mixed list":  {mixed, 24 + 4 + 14 + 61 + 2, 7},
		"nothing":     {cfn.NoValue(), 0, 0},
	}
	m := newRuler(newScope(measured()))
	for name, c := range cases {
		if got := m.measure(c.v); got != (extent{c.chars, c.items}) {
			t.Errorf("%s: %v, want %d %d", name, got, c.chars, c.items)
		}
	}
	if len(m.guessed) != 1 || !m.guessed["Free"] {
		t.Errorf("guessed %v", m.guessed)
	}
}

// TestBudgetCoversTheRealDocument holds the estimate against the JSON that IAM would get.
func TestBudgetCoversTheRealDocument(t *testing.T) {
	st := statement("Sid1", "", cfn.String("arn:aws:sqs:::a"), cfn.String("arn:aws:sqs:::b"))
	st.Condition = cfn.Map{prop("StringEquals", cfn.Map{prop("aws:SourceVpc", cfn.Strings("v", "w"))})}
	data, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Sid": "Sid1", "Effect": "Allow", "Action": []string{"sqs:SendMessage"},
		"Resource":  []string{"arn:aws:sqs:::a", "arn:aws:sqs:::b"},
		"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceVpc": []string{"v", "w"}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	got := Budgets(gated(res("P", "", &plan.ManagedPolicy{Policy: doc(st)})))
	if len(got) != 1 || got[0].Size < len(data) || got[0].Size > len(data) {
		t.Errorf("%+v, real size %d", got, len(data))
	}
}

func TestBudgetTakesTheWorstChoice(t *testing.T) {
	sized := func(sid, gate string, n int) plan.Statement {
		return statement(sid, gate, cfn.String(strings.Repeat("r", n)))
	}
	size := func(sts ...plan.Statement) int {
		return Budgets(gated(res("P", "", &plan.ManagedPolicy{Policy: doc(sts...)})))[0].Size
	}
	either := size(sized("A", "ModeIsKrill", 300), sized("B", "ModeIsSquid", 500))
	if alone := size(sized("B", "", 500)); either != alone {
		t.Errorf("either: %d, the larger alone: %d", either, alone)
	}
	if both := size(sized("A", "Siren", 300), sized("B", "ModeIsSquid", 500)); both < either+300 {
		t.Errorf("both: %d", both)
	}
}

func TestLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	policy := func(n int) plan.Resource {
		return res("P", "", &plan.ManagedPolicy{Policy: doc(statement("A", "", cfn.String(long(n))))})
	}
	free := gated(res("P", "", &plan.ManagedPolicy{
		Policy: doc(statement("A", "", cfn.Sub("${Free}")))}))
	free.Parameters = append(free.Parameters, plan.Parameter{Name: "Free",
		From: diag.Range{File: "pod"}})
	house := gated(res("P", "", &plan.ManagedPolicy{
		Policy: doc(statement("A", "", cfn.Ref(plan.PrefixParameter)))}))
	words := gated()
	words.Outputs = []plan.Output{{Name: "bad-name", Description: long(1025)}}
	words.Parameters = []plan.Parameter{{Name: long(256), Description: long(4001),
		AllowedValues: []string{long(4097)}}}
	shown := gated()
	shown.Outputs = []plan.Output{{Name: "A", Value: cfn.String(long(200_001))},
		{Name: "B", Value: cfn.Join("", cfn.Values(cfn.String(long(249_999)), cfn.Ref("VpcId")))}}
	many := gated()
	for range 451 {
		many.Resources = append(many.Resources, res("Same", "", &plan.WaitHandle{}))
	}
	var attached []plan.Resource
	for _, id := range strings.Split("ABCDEFGHIJK", "") {
		attached = append(attached, res(id, "", &plan.ManagedPolicy{Roles: plan.Holders{List: []cfn.Value{cfn.Ref("R")}}}))
	}
	cases := map[string]struct {
		p    *plan.Plan
		want []string
	}{
		"small":       {gated(policy(5)), nil},
		"nearly full": {gated(policy(5600)), []string{"policy-size: P can reach"}},
		"full":        {gated(policy(6200)), []string{"policy-size: of 6144 characters"}},
		"unbounded":   {free, []string{"unbounded-parameter: Free stands in a policy"}},
		"house's own": {house, []string{"internal: Prefix"}},
		"words": {words,
			[]string{"limit: name of parameter", "limit: description of parameter", "limit: 4097 of 4096", "internal: bad-name", "limit: 1025 of 1024 bytes"}},
		"outputs": {shown, []string{"limit: 450021 of 450000"}},
		"many":    {many, []string{"limit: 451 of 500 resources"}},
		"boot script": {gated(res("L", "", &plan.LaunchTemplate{UserData: cfn.String(long(16385))})),
			[]string{"limit: boot script of L"}},
		"bucket name": {gated(res("B", "", &plan.Bucket{Name: cfn.Sub("${AWS::StackName}")})),
			[]string{"limit: 128 of 63"}},
		"role name": {gated(res("R", "", &plan.Role{Name: cfn.String(long(65))})),
			[]string{"limit: the name of R"}},
		"group rule": {gated(res("G", "", &plan.GroupRule{Rule: plan.GroupPermission{Description: long(256)}})),
			[]string{"limit: a rule's description of G"}},
		"timeouts": {gated(res("C", "", &plan.Custom{Timeout: 3601}), res("W", "", &plan.WaitCondition{Timeout: 43200})),
			[]string{"limit: the timeout of C: 3601 of 3600"}},
		"many policies": {gated(append(attached, res("R", "", &plan.Role{}))...),
			[]string{"too-many-policies: the role R can hold 11"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, on(checkLimits, c.p), c.want...) })
	}
	if found := on(checkLimits, gated(policy(5600))); found.HasErrors() {
		t.Error("90 % is a warning")
	}
	if found := on(checkLimits, gated(policy(6200))); !found.HasErrors() {
		t.Error("over is an error")
	}
}

func TestLimitsOfTheMapping(t *testing.T) {
	p := gated()
	for i := range 199 {
		p.Mapping.Rows = append(p.Mapping.Rows, plan.MappingRow{Key: string(rune('a' + i))})
	}
	for range 181 {
		p.Mapping.Rows[1].Cols = append(p.Mapping.Rows[1].Cols, prop("c", cfn.String("x")))
	}
	expect(t, on(checkLimits, p), "limit: the mapping Regions: 201 of 200 regions",
		"limit: the facts of us-west-2: 182 of 200 facts")
}

// TestAttributes holds the table against values as AWS gives them, at their longest.
func TestAttributes(t *testing.T) {
	const account, region = "123456789012", "ap-northeast-1"
	sixty4 := strings.Repeat("n", 64)
	cases := []struct {
		body       plan.Body
		attr, real string
	}{
		{&plan.Bucket{}, "", sixty4[1:]},
		{&plan.Bucket{Name: cfn.String("pond")}, "Arn", "arn:aws-us-gov:s3:::pond"},
		{&plan.Bucket{Name: cfn.String("pond")}, "RegionalDomainName",
			"pond.s3." + region + ".amazonaws.com.cn"},
		{&plan.Role{}, "", sixty4},
		{&plan.Role{}, "Arn", "arn:aws-us-gov:iam::" + account + ":role/" + sixty4},
		{&plan.Role{}, "RoleId", "AROA123456789EXAMPLE1"},
		{&plan.User{Path: cfn.String("/deep/")}, "Arn",
			"arn:aws-us-gov:iam::" + account + ":user/deep/" + sixty4},
		{&plan.ManagedPolicy{Name: cfn.String("p")}, "",
			"arn:aws-us-gov:iam::" + account + ":policy/p"},
		{&plan.InstanceProfile{Name: cfn.String("p")}, "", "p"},
		{&plan.LambdaFunction{}, "Arn",
			"arn:aws-us-gov:lambda:" + region + ":" + account + ":function:" + sixty4},
		{&plan.LogGroup{}, "Arn", "arn:aws-us-gov:logs:" + region + ":" + account + ":log-group:" +
			strings.Repeat("s", 128) + "-X-0123456789ab:*"},
		{&plan.Secret{}, "", "arn:aws-us-gov:secretsmanager:" + region + ":" + account + ":secret:X-" +
			"0123456789ab-AbCdEf"},
		{&plan.SecurityGroup{}, "GroupId", "sg-0123456789abcdef0"},
		{&plan.Instance{}, "", "i-0123456789abcdef0"},
		{&plan.InterfaceEndpoint{}, "", "vpce-0123456789abcdef0"},
		{&plan.InterfaceEndpoint{}, "DnsEntries", "Z7HUB22UULQXV:vpce-0123456789abcdef0-x.sts." + region},
		{&plan.Custom{}, "VpcCidrBlock", "255.255.255.255/32"},
		{&plan.Custom{}, "VpcId", "vpc-0123456789abcdef0"},
		{&plan.Custom{}, "RouteTableId", "rtb-0123456789abcdef0"},
		{&plan.Custom{}, "AvailabilityZone", "us-west-2-lax-1a"},
	}
	for _, c := range cases {
		m := newRuler(newScope(gated(res("X", "", c.body))))
		got := m.attribute("X", c.attr)
		if got < len(c.real) || len(c.real) <= 64 && got > 128 && c.attr != "DnsEntries" {
			t.Errorf("%T.%s: %d, but %q has %d", c.body, c.attr, got, c.real, len(c.real))
		}
	}
}

func TestSize(t *testing.T) {
	expect(t, Size(gated(), Emitted{YAML: 51_201, JSON: 40_000, Description: "short"}))
	expect(t, Size(gated(), Emitted{YAML: 900_000, JSON: 1_000_001,
		Description: strings.Repeat("é", 513)}), "limit: as YAML", "limit: as JSON", "limit: 1026 of 1024 bytes")
}

func TestDocuments(t *testing.T) {
	odd := statement("A", "", cfn.Sub("arn:\u0416"))
	keyed := statement("B", "", cfn.String("ok: \u00ff\t"))
	keyed.Condition = cfn.Map{prop("StringEquals", cfn.Map{prop("aws:ResourceTag/\u2026", cfn.String("x"))})}
	cases := map[string]struct {
		doc  plan.Document
		want []string
	}{
		"plain":     {doc(statement("A1", "", cfn.String("*")), statement("", ""), statement("", "")), nil},
		"line ends": {doc(statement("A", "", cfn.String("a\r\n\tb"))), nil},
		"control":   {doc(statement("A", "", cfn.String("a\x00"))), []string{"policy-character: '\\x00'"}},
		"beyond":    {doc(statement("A", "", cfn.String("\u0100"))), []string{"policy-character: "}},
		"same Sid": {doc(statement("A", "Siren"), statement("A", "")),
			[]string{"repeated-sid: P has two statements named A"}},
		"bad Sid":   {doc(statement("a-b", "")), []string{"bad-sid: a-b"}},
		"character": {doc(odd), []string{"policy-character: \u0416"}},
		"key's text": {doc(keyed),
			[]string{"policy-character: statement B of P holds the character '\u2026'"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			expect(t, on(checkDocuments, gated(res("P", "", &plan.ManagedPolicy{Policy: c.doc}))), c.want...)
		})
	}
}
