package emit

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// Equal tells whether two values say the same: the same keys in the same order, the same items,
// the same functions. Comments do not count, nor does the spelling of a function: a mapping whose
// only key is "Ref" is a reference, and Fn::GetAtt may hold "A.B" or ["A", "B"].
func Equal(a, b cfn.Value) bool { return difference(a, b, "") == "" }

// maxKey is how long a key may be in YAML without the "? " notation (YAML 1.1, section 9.3).
const maxKey = 1024

// check finds what neither YAML nor JSON can say.
func check(t cfn.Map) error {
	return checkValue(t, "")
}

func checkValue(v cfn.Value, path string) error {
	switch v := v.(type) {
	case cfn.String:
		return checkText(string(v), path)
	case cfn.Int, cfn.Bool:
		return nil
	case cfn.Fn:
		if err := checkText(v.Name, path); err != nil {
			return err
		}
		return checkValue(v.Arg, path+"/"+v.Name)
	case cfn.List:
		for i, item := range v {
			if err := checkValue(item.Value, fmt.Sprintf("%s/%d", path, i)); err != nil {
				return err
			}
		}
		return nil
	case cfn.Map:
		return checkMap(v, path)
	}
	return fmt.Errorf("%s has no value", place(path))
}

func checkMap(m cfn.Map, path string) error {
	seen := make(map[string]bool, len(m))
	for _, e := range m {
		at := path + "/" + e.Key
		if seen[e.Key] {
			return fmt.Errorf("%s stands twice", at)
		}
		seen[e.Key] = true
		if len(e.Key) > maxKey {
			return fmt.Errorf("%s is a key over %d characters", at[:maxKey], maxKey)
		}
		if err := checkText(e.Key, at); err != nil {
			return err
		}
		if err := checkValue(e.Value, at); err != nil {
			return err
		}
	}
	return nil
}

func checkText(s, path string) error {
	if utf8.ValidString(s) {
		return nil
	}
	return fmt.Errorf("%s is not UTF-8", place(path))
}

// place names a path for a reader; the empty path is the template.
func place(path string) string {
	if path == "" {
		return "the template"
	}
	return path
}

// difference says where a and b first differ, or "".
func difference(a, b cfn.Value, path string) string {
	a, b = plainForm(a), plainForm(b)
	switch a := a.(type) {
	case cfn.Map:
		if b, ok := b.(cfn.Map); ok {
			return mapDifference(a, b, path)
		}
	case cfn.List:
		if b, ok := b.(cfn.List); ok {
			return listDifference(a, b, path)
		}
	default:
		if a == b {
			return ""
		}
	}
	return fmt.Sprintf("%s: %s, not %s", place(path), brief(a), brief(b))
}

func mapDifference(a, b cfn.Map, path string) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%s: %d keys, not %d", place(path), len(a), len(b))
	}
	for i := range a {
		if a[i].Key != b[i].Key {
			return fmt.Sprintf("%s: key %q, not %q", place(path), a[i].Key, b[i].Key)
		}
		if d := difference(a[i].Value, b[i].Value, path+"/"+a[i].Key); d != "" {
			return d
		}
	}
	return ""
}

func listDifference(a, b cfn.List, path string) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%s: %d items, not %d", place(path), len(a), len(b))
	}
	for i := range a {
		if d := difference(a[i].Value, b[i].Value, fmt.Sprintf("%s/%d", path, i)); d != "" {
			return d
		}
	}
	return ""
}

// plainForm gives a value as JSON knows it: a function is a mapping with one key.
func plainForm(v cfn.Value) cfn.Value {
	fn, ok := asFn(v)
	if !ok {
		return v
	}
	if s, ok := fn.Arg.(cfn.String); ok && fn.Name == "Fn::GetAtt" {
		if id, attr, ok := splitAtt(string(s)); ok {
			fn = cfn.GetAtt(id, attr)
		}
	}
	return cfn.Map{{Key: fn.Name, Value: fn.Arg}}
}

// asFn takes a function as such or as the mapping with one key that JSON spells it with.
// Condition is one only with a name, because a mapping in a policy may hold just a condition.
func asFn(v cfn.Value) (cfn.Fn, bool) {
	if fn, ok := v.(cfn.Fn); ok {
		return fn, true
	}
	m, ok := v.(cfn.Map)
	if !ok || len(m) != 1 || m[0].Comment != "" {
		return cfn.Fn{}, false
	}
	key, value := m[0].Key, m[0].Value
	switch _, named := value.(cfn.String); {
	case key == "Ref", strings.HasPrefix(key, "Fn::"), key == "Condition" && named:
		return cfn.Fn{Name: key, Arg: value}, true
	}
	return cfn.Fn{}, false
}

// splitAtt cuts "A.B.C" after the logical id, which holds no dot.
func splitAtt(s string) (id, attr string, ok bool) {
	id, attr, ok = strings.Cut(s, ".")
	return id, attr, ok && id != "" && attr != ""
}

// brief shows a value in a message.
func brief(v cfn.Value) string {
	switch v := v.(type) {
	case cfn.Map:
		return fmt.Sprintf("a mapping of %d keys", len(v))
	case cfn.List:
		return fmt.Sprintf("a list of %d items", len(v))
	case cfn.String:
		return fmt.Sprintf("%.80q", string(v))
	}
	return fmt.Sprintf("%T %v", v, v)
}
