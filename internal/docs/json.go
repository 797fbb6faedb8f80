package docs

// jsonMap is an object of JSON that keeps its order.
type jsonMap []jsonEntry

type jsonEntry struct {
	Key   string
	Value any
}

// Len and Member make it an Object of package jsontext.
func (m jsonMap) Len() int { return len(m) }

// Member gives the i-th key and value.
func (m jsonMap) Member(i int) (string, any) { return m[i].Key, m[i].Value }

// addText adds a text that is not empty.
func (m *jsonMap) addText(key, text string) {
	if text != "" {
		*m = append(*m, jsonEntry{key, text})
	}
}

// addList adds a list that is not empty.
func (m *jsonMap) addList(key string, list []string) {
	if len(list) > 0 {
		*m = append(*m, jsonEntry{key, list})
	}
}
