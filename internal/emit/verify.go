package emit

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// Equal tells whether two values say the same: the same keys in the same order, the same items,
// the same functions. Comments do not count, nor does the spelling of a function: a mapping whose
// only key is "Ref" is a reference, and Fn::GetAtt may hold "A.B" or ["A", "B"].
func Equal(a, b cfn.Value) bool { return difference(a, b, nil) == "" }

// maxKey is how long a key may be in YAML without the "? " notation (YAML 1.1, section 9.3).
const maxKey = 1024

// check finds what neither YAML nor JSON can say.
func check(t cfn.Map) error {
	if sound(t) {
		return nil
	}
	return checkValue(t, nil)
}

// sound tells of what can be said that it can, and needs no memory for the way to each value.
func sound(v cfn.Value) bool {
	switch v := v.(type) {
	case cfn.String:
		return utf8.ValidString(string(v))
	case cfn.Int, cfn.Bool:
		return true
	case cfn.Fn:
		return utf8.ValidString(v.Name) && sound(v.Arg)
	case cfn.List:
		for i := range v {
			if !sound(v[i].Value) {
				return false
			}
		}
		return true
	case cfn.Map:
		for i := range v {
			if len(v[i].Key) > maxKey || !utf8.ValidString(v[i].Key) || !sound(v[i].Value) {
				return false
			}
		}
		_, twice := repeated(v)
		return !twice
	}
	return false
}

func checkValue(v cfn.Value, path *trail) error {
	switch v := v.(type) {
	case cfn.String:
		return checkText(string(v), path)
	case cfn.Int, cfn.Bool:
		return nil
	case cfn.Fn:
		if err := checkText(v.Name, path); err != nil {
			return err
		}
		return checkValue(v.Arg, &trail{up: path, key: v.Name})
	case cfn.List:
		at := &trail{up: path}
		for i, item := range v {
			at.item = i + 1
			if err := checkValue(item.Value, at); err != nil {
				return err
			}
		}
		return nil
	case cfn.Map:
		return checkMap(v, path)
	}
	return fmt.Errorf("%s has no value", path.String())
}

func checkMap(m cfn.Map, path *trail) error {
	at := &trail{up: path}
	if key, twice := repeated(m); twice {
		at.key = key
		return fmt.Errorf("%s stands twice", at)
	}
	for _, e := range m {
		at.key = e.Key
		if len(e.Key) > maxKey {
			return fmt.Errorf("%s is a key over %d characters", at.String()[:maxKey], maxKey)
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

// repeated gives a key that a mapping has twice. Most are small, and need no memory for that.
func repeated(m cfn.Map) (string, bool) {
	const small = 32
	if len(m) <= small {
		for i := range m {
			for j := range i {
				if m[i].Key == m[j].Key {
					return m[i].Key, true
				}
			}
		}
		return "", false
	}
	seen := make(map[string]bool, len(m))
	for _, e := range m {
		if seen[e.Key] {
			return e.Key, true
		}
		seen[e.Key] = true
	}
	return "", false
}

func checkText(s string, path *trail) error {
	if utf8.ValidString(s) {
		return nil
	}
	return fmt.Errorf("%s is not UTF-8", path.String())
}

// trail is the way to a value. Few are ever read, so their text waits until it is asked for. Nil is
// the template itself.
type trail struct {
	up   *trail
	key  string
	item int // counted from 1, where it is no key
}

// String names the way for a reader: /Resources/Role/3.
func (t *trail) String() string {
	if t == nil {
		return "the template"
	}
	step := "/" + t.key
	if t.item > 0 {
		step = "/" + strconv.Itoa(t.item-1)
	}
	if t.up == nil {
		return step
	}
	return t.up.String() + step
}

// difference says where a and b first differ, or "".
func difference(a, b cfn.Value, path *trail) string {
	if fa, fb, ok := sameFn(a, b); ok {
		return difference(fa.Arg, fb.Arg, &trail{up: path, key: fa.Name})
	}
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
	return fmt.Sprintf("%s: %s, not %s", path.String(), brief(a), brief(b))
}

// sameFn tells of most functions that they are the same one, with two arguments to compare.
func sameFn(a, b cfn.Value) (fa, fb cfn.Fn, ok bool) {
	fa, isA := asFn(a)
	fb, isB := asFn(b)
	return fa, fb, isA && isB && fa.Name == fb.Name && fa.Name != "Fn::GetAtt"
}

func mapDifference(a, b cfn.Map, path *trail) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%s: %d keys, not %d", path.String(), len(a), len(b))
	}
	at := &trail{up: path}
	for i := range a {
		if a[i].Key != b[i].Key {
			return fmt.Sprintf("%s: key %q, not %q", path.String(), a[i].Key, b[i].Key)
		}
		at.key = a[i].Key
		if d := difference(a[i].Value, b[i].Value, at); d != "" {
			return d
		}
	}
	return ""
}

func listDifference(a, b cfn.List, path *trail) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%s: %d items, not %d", path.String(), len(a), len(b))
	}
	at := &trail{up: path}
	for i := range a {
		at.item = i + 1
		if d := difference(a[i].Value, b[i].Value, at); d != "" {
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
