package fakeec2

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// params are the parameters of one request. Whoever decodes a request takes what it knows; what is
// left then is unknown, which is a breach: EC2 refuses it with UnknownParameter, and the SDK never
// sends it unless we use an option that this fake does not model.
type params struct {
	form  url.Values
	taken map[string]bool
	wrong []string
	names []string // of all parameters
}

func newParams(form url.Values, wanted string) *params {
	p := &params{form: form, taken: map[string]bool{"Action": true, "Version": true}}
	if version := form.Get("Version"); version != wanted {
		p.wrong = append(p.wrong, fmt.Sprintf("version %q", version))
	}
	for key, values := range form {
		p.names = append(p.names, key)
		if len(values) != 1 {
			p.wrong = append(p.wrong, key+" is given several times")
		}
	}
	return p
}

// text gives a parameter, or "".
func (p *params) text(key string) string {
	p.taken[key] = true
	return p.form.Get(key)
}

// flag gives a boolean; given is false where it is not there.
func (p *params) flag(key string) (on, given bool) {
	if !p.form.Has(key) {
		return false, false
	}
	value := p.text(key)
	if value != "true" && value != "false" {
		p.wrong = append(p.wrong, fmt.Sprintf("%s is %q, not a boolean", key, value))
	}
	return value == "true", true
}

// number gives an integer, 0 where it is not there.
func (p *params) number(key string) int {
	value := p.text(key)
	if value == "" {
		return 0
	}
	number, err := strconv.Atoi(value)
	if err != nil {
		p.wrong = append(p.wrong, fmt.Sprintf("%s is %q, not a number", key, value))
	}
	return number
}

// list gives KEY.1, KEY.2 and so on.
func (p *params) list(key string) (values []string) {
	for i := 1; p.form.Has(key + "." + strconv.Itoa(i)); i++ {
		values = append(values, p.text(key+"."+strconv.Itoa(i)))
	}
	return values
}

// size counts the structures KEY.1.X, KEY.2.X and so on; one after a gap is unknown.
func (p *params) size(key string) (n int) {
	for {
		next := key + "." + strconv.Itoa(n+1) + "."
		if !slices.ContainsFunc(p.names, func(name string) bool {
			return strings.HasPrefix(name, next)
		}) {
			return n
		}
		n++
	}
}

// tags gives KEY.n.Key and KEY.n.Value in order. A tag without a value has valued false, which
// means another thing to DeleteTags than an empty one.
func (p *params) tags(key string) (tags []tag) {
	for i := range p.size(key) {
		at := key + "." + strconv.Itoa(i+1) + "."
		tags = append(tags, tag{
			key: p.text(at + "Key"), valued: p.form.Has(at + "Value"), value: p.text(at + "Value"),
		})
	}
	return tags
}

// rest lists what is wrong with a request: what was not taken, and what had the wrong type.
func (p *params) rest() []string {
	wrong := p.wrong
	for key := range p.form {
		if !p.taken[key] {
			wrong = append(wrong, "unknown parameter "+key)
		}
	}
	slices.Sort(wrong)
	return wrong
}
