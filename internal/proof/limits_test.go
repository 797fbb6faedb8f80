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
		"nothing":     {cfn.NoValue(), 0, 0},
	}
	m := &ruler{newScope(measured()), map[string]bool{}}
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
		"many": {many, []string{"limit: 451 of 500 resources"}},
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
			[]string{"limit: the managed policies of R: 11 of 10"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { expect(t, Limits(c.p), c.want...) })
	}
	if found := Limits(gated(policy(5600))); found.HasErrors() {
		t.Error("90 % is a warning")
	}
	if found := Limits(gated(policy(6200))); !found.HasErrors() {
		t.Error("over is an error")
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
		"plain": {doc(statement("A1", "", cfn.String("*")), statement("", ""), statement("", "")), nil},
		"same Sid": {doc(statement("A", "Siren"), statement("A", "")),
			[]string{"repeated-sid: P has two statements named A"}},
		"bad Sid":   {doc(statement("a-b", "")), []string{"bad-sid: a-b"}},
		"character": {doc(odd), []string{"policy-character: \u0416"}},
		"key's text": {doc(keyed),
			[]string{"policy-character: statement B of P holds the character \u2026"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			expect(t, Documents(gated(res("P", "", &plan.ManagedPolicy{Policy: c.doc}))), c.want...)
		})
	}
}
