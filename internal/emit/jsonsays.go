package emit

import (
	"encoding/json"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
)

// saysJSON tells whether a document says the same as a value, without making a second value of it.
// Where it says no, ParseJSON and difference say why.
func saysJSON(text []byte, v cfn.Value) bool {
	c := comparer{string(text)}
	return c.value(v) && strings.TrimLeft(c.text, space) == ""
}

// space is what may stand between the marks of JSON.
const space = " \t\r\n"

// comparer holds what is left of a document.
type comparer struct{ text string }

// next takes a mark, with the white space before it.
func (c *comparer) next(mark string) bool {
	c.text = strings.TrimLeft(c.text, space)
	rest, found := strings.CutPrefix(c.text, mark)
	if found {
		c.text = rest
	}
	return found
}

// value takes the next value, as long as it is v.
func (c *comparer) value(v cfn.Value) bool {
	switch v := plainForm(v).(type) {
	case cfn.String:
		return c.string(string(v))
	case cfn.Int:
		return c.word(strconv.FormatInt(int64(v), 10))
	case cfn.Bool:
		return c.word(strconv.FormatBool(bool(v)))
	case cfn.List:
		return c.next("[") && c.parts(len(v), func(i int) bool { return c.value(v[i].Value) }) &&
			c.next("]")
	case cfn.Map:
		return c.next("{") && c.parts(len(v), func(i int) bool {
			return c.string(v[i].Key) && c.next(":") && c.value(v[i].Value)
		}) && c.next("}")
	}
	return false
}

func (c *comparer) parts(n int, part func(i int) bool) bool {
	for i := range n {
		if i > 0 && !c.next(",") || !part(i) {
			return false
		}
	}
	return true
}

// word takes a number, true or false.
func (c *comparer) word(want string) bool {
	return c.next(want) && c.text != "" && strings.IndexByte(space+",]}", c.text[0]) >= 0
}

// string takes a text. The library reads those with escapes.
func (c *comparer) string(want string) bool {
	if !c.next(`"`) {
		return false
	}
	if asItIs(want) {
		rest, found := strings.CutPrefix(c.text, want)
		if found && strings.HasPrefix(rest, `"`) {
			c.text = rest[1:]
			return true
		}
	}
	end := 0
	for end < len(c.text) && c.text[end] != '"' {
		if c.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(c.text) {
		return false
	}
	var s string
	err := json.Unmarshal([]byte(`"`+c.text[:end+1]), &s)
	c.text = c.text[end+1:]
	return err == nil && s == want
}
