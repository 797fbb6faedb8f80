package fakeec2

import (
	"encoding/xml"
	"fmt"
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
	if strings.ContainsAny(value, "<>&\"'\t\r\n") {
		_ = xml.EscapeText(d, []byte(value)) // a Builder takes everything
	} else {
		d.WriteString(value)
	}
	d.close(name)
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
	list(d, set, values, func(value string) {
		if _, err := fmt.Fprint(d, value); err != nil {
			return
		}
	})
}

func (d *document) tags(tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	list(d, "tagSet", sortedKeys(tags), func(key string) {
		d.text("key", key)
		d.open("value")
		_ = xml.EscapeText(d, []byte(tags[key]))
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
