package fakeec2

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

// document writes EC2's XML. Elements are few and flat enough to be written by hand, which is ten
// times as fast as encoding/xml.
type document struct{ strings.Builder }

func (d *document) open(name string)  { d.WriteString("<" + name + ">") }
func (d *document) close(name string) { d.WriteString("</" + name + ">") }

// text writes an element with a value, or nothing where the value is empty.
func (d *document) text(name, value string) {
	if value == "" {
		return
	}
	d.open(name)
	d.value(value)
	d.close(name)
}

// value escapes what is not plain.
func (d *document) value(value string) {
	special := func(r rune) bool {
		return r < ' ' || r > '~' || strings.ContainsRune("<>&\"'", r)
	}
	if strings.IndexFunc(value, special) < 0 {
		d.WriteString(value)
		return
	}
	_ = xml.EscapeText(d, []byte(value)) // a Builder takes everything
}

func (d *document) flag(name string, value bool) { d.text(name, strconv.FormatBool(value)) }

// list writes <set><item>...</item>...</set>.
func list[T any](d *document, set string, items []T, item func(T)) {
	d.open(set)
	for _, one := range items {
		d.open("item")
		item(one)
		d.close("item")
	}
	d.close(set)
}

// texts writes a list of plain values.
func (d *document) texts(set string, values []string) {
	list(d, set, values, d.value)
}

func (d *document) tags(tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	list(d, "tagSet", sortedKeys(tags), func(key string) {
		d.text("key", key)
		d.open("value")
		d.value(tags[key])
		d.close("value")
	})
}

func sortedKeys(tags map[string]string) []string {
	keys := make([]string, 0, len(tags))
	for key := range tags {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
