package emit

import (
	"strings"
	"unicode/utf8"

	"byocfn/internal/cfn"
)

// read reads the YAML that this package prints, in a tenth of the library's time, and no other: of a
// text in which a line could mean anything else it says that it cannot. What it reads, the library
// reads as the same value; a fuzz test holds the two against each other.
func read(text []byte) (cfn.Value, bool) {
	r := reader{text: string(text), words: map[string]cfn.Value{}}
	if !clean(r.text) {
		return nil, false
	}
	r.nextLine()
	if r.column != 0 {
		return nil, false
	}
	v := untaggedValue(r.mapping(0))
	return v, !r.failed && r.at == len(r.text)
}

// clean tells whether a text ends its last line and holds only what may stand in YAML as it is.
func clean(text string) bool {
	if !strings.HasSuffix(text, "\n") {
		return false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c <= '~' || c == '\n' || c == '\t' {
			continue
		}
		ch, size := utf8.DecodeRuneInString(text[i:])
		if size == 1 || !printableRune(ch) {
			return false
		}
		i += size - 1
	}
	return true
}

// reader stands at a token, which begins in a column of its line. After a failure it stands at the
// end, so that every loop ends.
type reader struct {
	text   string
	at     int
	column int // -1 at the end of the text
	failed bool
	open   open
	words  map[string]cfn.Value // what the library has told of words
}

// open holds the parts of the mappings and lists that are being read, the outermost first, so that
// each gets the memory that it needs and no more.
type open struct {
	entries cfn.Map
	items   cfn.List
}

func (o *open) mapping(begin int) cfn.Map {
	m := append(make(cfn.Map, 0, len(o.entries)-begin), o.entries[begin:]...)
	o.entries = o.entries[:begin]
	return m
}

func (o *open) list(begin int) cfn.List {
	l := append(make(cfn.List, 0, len(o.items)-begin), o.items[begin:]...)
	o.items = o.items[:begin]
	return l
}

func (r *reader) fail() {
	r.failed, r.at, r.column = true, len(r.text), -1
}

// rest gives what remains of the line.
func (r *reader) rest() string {
	rest := r.text[r.at:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		return rest[:end]
	}
	return rest
}

// nextLine goes to the first token of the lines that begin here; comments and empty lines have none.
func (r *reader) nextLine() {
	for r.at < len(r.text) {
		begin := r.at
		for r.at < len(r.text) && r.text[r.at] == ' ' {
			r.at++
		}
		r.column = r.at - begin
		line := r.rest()
		if line != "" && line[0] != '#' {
			return
		}
		r.at += len(line) + 1
	}
	r.at, r.column = len(r.text), -1
}

// endLine goes on to the next token, where nothing more stands on this line.
func (r *reader) endLine() {
	if r.at >= len(r.text) || r.text[r.at] != '\n' {
		r.fail()
		return
	}
	r.at++
	r.nextLine()
}

// take steps over a text, where it comes next.
func (r *reader) take(text string) bool {
	if !strings.HasPrefix(r.text[r.at:], text) {
		return false
	}
	r.at += len(text)
	return true
}

// block reads the mapping or the sequence that begins on a line of its own, in a column.
func (r *reader) block(column int) cfn.Value {
	switch {
	case r.column != column:
		r.fail()
		return nil
	case r.dash():
		return r.sequence(column)
	}
	return r.mapping(column)
}

func (r *reader) dash() bool { return strings.HasPrefix(r.text[r.at:], "- ") }

func (r *reader) mapping(column int) cfn.Map {
	begin := len(r.open.entries)
	for r.column == column && !r.dash() {
		key, ok := r.key()
		if !ok || len(key) > maxKey || !r.take(":") {
			r.fail()
			return nil
		}
		v := r.value(column)
		r.open.entries = append(r.open.entries, cfn.Entry{Key: key, Value: v})
	}
	m := r.open.mapping(begin)
	if _, twice := repeated(m); twice || r.column >= column {
		r.fail()
	}
	return m
}

func (r *reader) sequence(column int) cfn.Value {
	begin := len(r.open.items)
	for r.column == column && r.take("- ") {
		v := r.item(column)
		r.open.items = append(r.open.items, cfn.Item{Value: v})
	}
	if r.column >= column {
		r.fail()
	}
	return r.open.list(begin)
}

// item reads what stands behind a dash: a mapping or sequence that begins there, or a value.
func (r *reader) item(column int) cfn.Value {
	inner := column + len("- ")
	if r.dash() {
		r.column = inner
		return r.sequence(inner)
	}
	begin := r.at
	_, ok := r.key()
	ok = ok && strings.HasPrefix(r.text[r.at:], ":")
	if r.at = begin; ok {
		r.column = inner
		return untaggedValue(r.mapping(inner))
	}
	return r.onLine(column)
}

// key reads a text that a colon follows, and stands at the colon.
func (r *reader) key() (string, bool) {
	rest := r.rest()
	if strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, `"`) {
		return r.quoted()
	}
	end := strings.Index(rest, ": ")
	if end < 0 {
		if !strings.HasSuffix(rest, ":") {
			return "", false
		}
		end = len(rest) - 1
	}
	r.at += end
	if end == 0 || !isLetter(rest[0]) { // as numbers and the marks of documents do
		return "", false
	}
	text, ok := r.word(rest[:end], false).(cfn.String)
	return string(text), ok
}

// value reads what belongs to the colon or tag before it: more of the line, or what stands below it.
func (r *reader) value(column int) cfn.Value {
	if r.take(" ") {
		return r.onLine(column)
	}
	r.endLine()
	return untaggedValue(r.block(column + indentation))
}

const indentation = 2

// onLine reads a value that begins on a line. What it continues with below is indented more than the
// column of its key or dash.
func (r *reader) onLine(column int) cfn.Value {
	if r.take("!") {
		return r.tagged(column)
	}
	return r.unnamed(column, false)
}

// unnamed reads a value without a tag of its own, on a line. Behind a tag every word is a text.
func (r *reader) unnamed(column int, tag bool) (v cfn.Value) {
	switch rest := r.rest(); {
	case rest == "":
		r.fail()
		return nil
	case rest[0] == '|' || rest[0] == '>':
		return r.lines(column)
	case rest[0] == '[' || rest[0] == '{':
		v = r.flow()
	case rest[0] == '\'' || rest[0] == '"':
		text, ok := r.quoted()
		if !ok {
			r.fail()
		}
		v = cfn.String(text)
	default:
		r.at += len(rest)
		v = r.word(rest, tag)
	}
	r.endLine()
	return v
}

// tagged reads what follows an exclamation mark: the name of a function, and its argument.
func (r *reader) tagged(column int) cfn.Value {
	name := r.tag()
	if r.take(" ") {
		return function(name, r.unnamed(column, true))
	}
	r.endLine()
	return function(name, r.block(column+indentation))
}

func (r *reader) tag() string {
	begin := r.at
	for r.at < len(r.text) && isAlnum(r.text[r.at]) {
		r.at++
	}
	if begin == r.at {
		r.fail()
		return ""
	}
	name, _ := longName("!" + r.text[begin:r.at])
	return name
}

func function(name string, arg cfn.Value) cfn.Value {
	return cfn.Fn{Name: name, Arg: argument(name, arg)}
}

// untaggedValue gives the function that a mapping may be.
func untaggedValue(v cfn.Value) cfn.Value {
	if fn, ok := asFn(v); ok {
		return fn
	}
	return v
}
