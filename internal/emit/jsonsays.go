package emit

import (
	"encoding/json"
	"strconv"

	"byocfn/internal/cfn"
)

// saysJSON tells whether a document says the same as a value, without making a second value of it.
// Where it says no, ParseJSON and difference say why.
func saysJSON(text []byte, v cfn.Value) bool {
	if !json.Valid(text) {
		return false
	}
	r := jsonReader{text: string(text)}
	return r.says(v)
}

// says reads the next value of the document, as long as it is v.
func (r *jsonReader) says(v cfn.Value) bool {
	switch v := plainForm(v).(type) {
	case cfn.String:
		return r.next() == '"' && r.saysText(string(v))
	case cfn.Int:
		r.next()
		return r.word() == strconv.FormatInt(int64(v), 10)
	case cfn.Bool:
		r.next()
		return r.word() == strconv.FormatBool(bool(v))
	case cfn.List:
		return r.bracket('[') && r.saysList(v) && r.bracket(']')
	case cfn.Map:
		return r.bracket('{') && r.saysMap(v) && r.bracket('}')
	}
	return false
}

func (r *jsonReader) saysText(want string) bool {
	s, err := r.string()
	return err == nil && s == want
}

func (r *jsonReader) saysList(l cfn.List) bool {
	for _, item := range l {
		if r.next() == ']' || !r.says(item.Value) {
			return false
		}
	}
	return true
}

func (r *jsonReader) saysMap(m cfn.Map) bool {
	for _, e := range m {
		if r.next() != '"' || !r.saysText(e.Key) || !r.says(e.Value) {
			return false
		}
	}
	return true
}
