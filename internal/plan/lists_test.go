package plan

import (
	"regexp"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/spec"
)

func listOf(items, pattern string, max int) *spec.Parameter {
	return &spec.Parameter{Kind: spec.Word{Value: "list"}, Items: spec.Word{Value: items},
		Pattern: spec.Word{Value: pattern}, Max: spec.Number{Value: max}}
}

func atLeast(n int, p *spec.Parameter) *spec.Parameter {
	p.Min.Value = n
	return p
}

// TestListPatterns takes whole lists: no blank element, not one too many, and readable here, though a
// pattern that counts to more than 1000 is not.
func TestListPatterns(t *testing.T) {
	for _, c := range []struct {
		param *spec.Parameter
		value string
		want  bool
	}{
		{listOf("account-id", "", 2), "111122223333", true},
		{listOf("account-id", "", 2), "111122223333,444455556666", true},
		{listOf("account-id", "", 2), "111122223333,444455556666,777788889999", false},
		{listOf("account-id", "", 2), "111122223333,", false},
		{listOf("account-id", "", 2), "", false},
		{listOf("account-id", "", 1), "111122223333,444455556666", false},
		{atLeast(2, listOf("account-id", "", 3)), "111122223333", false},
		{atLeast(2, listOf("account-id", "", 3)), "111122223333,444455556666", true},
		{listOf("text", `a|b`, 3), "a,b", true}, {listOf("text", `a|b`, 3), "a,bc", false},
		{listOf("bucket-name", "", 20), "acme-lake,acme-events", true},
		{listOf("bucket-name", "", 20), "acme-lake,,acme-events", false},
		{listOf("bucket-name", "", 20), "acme lake", false},
		{listOf("text", `^(\*|vpc-[0-9a-f]{8,17})$`, 3), "*,vpc-0a1b2c3d", true},
		{listOf("text", `^(\*|vpc-[0-9a-f]{8,17})$`, 3), "*vpc-0a1b2c3d", false},
	} {
		k, ok := kindOf(c.param)
		if !ok {
			t.Fatalf("no kind for %v", c.param)
		}
		re, err := regexp.Compile(k.Pattern)
		if err != nil {
			t.Fatalf("%s: %v", k.Pattern, err)
		}
		if got := re.MatchString(c.value); got != c.want {
			t.Errorf("%s takes %q: %v, not %v", k.Pattern, c.value, got, c.want)
		}
		if got := matcherOf(c.param, k.Pattern).fits(c.value); got != c.want {
			t.Errorf("element by element, %s takes %q: %v, not %v", k.Pattern, c.value, got, c.want)
		}
	}
	if k, _ := kindOf(listOf("account-id", "", 3)); k.MaxLength != 38 {
		t.Errorf("three accounts take %d characters, not 38", k.MaxLength)
	}
	if k, _ := kindOf(listOf("role-arn", "", 50)); k.MaxLength != listMax {
		t.Errorf("many ARNs take %d characters, not %d", k.MaxLength, listMax)
	}
}

// TestElements takes apart what oneList puts together.
func TestElements(t *testing.T) {
	each := many{concat(cfn.String("arn:*:s3:::"),
		hinted{cfn.Join("/*|arn:*:s3:::", cfn.Split(",", cfn.Ref("Names"))), "Names"}, cfn.String("/*"))}
	for _, c := range []struct {
		values []cfn.Value
		want   []string
	}{
		{[]cfn.Value{cfn.String("a"), cfn.String("b")}, []string{"a", "b"}},
		{[]cfn.Value{each}, []string{"arn:*:s3:::${each.Names}/*"}},
		{[]cfn.Value{each, cfn.Ref("One")},
			[]string{"arn:*:s3:::${each.Names}/*", "${One}"}},
		{[]cfn.Value{cfn.Split(",", cfn.Ref("Arns"))}, []string{"${each.Arns}"}},
		{[]cfn.Value{cfn.Split(",", cfn.Ref("Arns")), cfn.String("x")},
			[]string{"${each.Arns}", "x"}},
	} {
		made := oneList(c.values)
		if len(made) > 1 && isSplit(made[0]) {
			t.Errorf("a list stands inside a list: %v", made)
		}
		var got []string
		for _, v := range Elements(made...) {
			got = append(got, Plain(v))
		}
		if !sameValue(cfn.Strings(got...), cfn.Strings(c.want...)) {
			t.Errorf("%v gives %q, not %q", c.values, got, c.want)
		}
	}
}
