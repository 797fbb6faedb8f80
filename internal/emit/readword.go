package emit

import (
	"strconv"
	"strings"

	"byocfn/internal/cfn"
)

// word reads a word without quotes. Behind a tag it is a text, whatever it looks like.
func (r *reader) word(word string, tag bool) cfn.Value {
	last := len(word) - 1
	if last < 0 || word[last] == ' ' || word[last] == ':' || strings.Contains(word, ": ") ||
		strings.Contains(word, " #") || strings.Contains(word, "\t") {
		r.fail()
		return nil
	}
	switch first := word[0]; {
	case tag && isAlnum(first), textual(word):
		return cfn.String(word)
	case first >= '1' && first <= '9' && len(word) < len("1000000000000000000"):
		if i, err := strconv.ParseInt(word, 10, 64); err == nil && !strings.Contains(word, "_") {
			return cfn.Int(i)
		}
	}
	if tag {
		fn, _ := r.ask("!Ref " + word).(cfn.Fn)
		return r.same(fn.Arg, word)
	}
	v := r.ask(word)
	if _, text := v.(cfn.String); text {
		return r.same(v, word)
	}
	return v
}

// textual tells of most words that they are texts in any YAML: they begin as none of its marks and
// numbers do, and are none of its own words.
func textual(word string) bool {
	switch first := word[0]; {
	case first == '$' || first == '/':
		return true
	case !isLetter(first):
		return false
	}
	return len(word) > len("false") || !reserved(word)
}

// reserved tells of a short word whether some YAML takes it for a boolean or for nothing.
func reserved(word string) bool {
	switch strings.ToLower(word) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

// same gives v, where it is the text that the word spells.
func (r *reader) same(v cfn.Value, word string) cfn.Value {
	if v != cfn.String(word) {
		r.fail()
		return nil
	}
	return v
}

// ask has the library read a word that stands alone. Only texts, numbers and booleans, and what a tag
// makes of them, are values here.
func (r *reader) ask(word string) cfn.Value {
	v, known := r.words[word]
	if !known {
		read, _ := Parse([]byte("- " + word + "\n"))
		if l, ok := read.(cfn.List); ok && len(l) == 1 {
			switch l[0].Value.(type) {
			case cfn.String, cfn.Int, cfn.Bool, cfn.Fn:
				v = l[0].Value
			}
		}
		r.words[word] = v
	}
	if v == nil {
		r.fail()
	}
	return v
}

// quoted reads a text in quotes that ends on its line.
func (r *reader) quoted() (string, bool) {
	rest := r.rest()
	mark := rest[0]
	for end := 1; end < len(rest); end++ {
		switch {
		case rest[end] == '\\' && mark == '"':
			end++
		case rest[end] != mark:
		case mark == '\'' && end+1 < len(rest) && rest[end+1] == mark:
			end++
		default:
			r.at += end + 1
			return r.unquote(rest[:end+1])
		}
	}
	return "", false
}

func (r *reader) unquote(word string) (string, bool) {
	inner := word[1 : len(word)-1]
	switch {
	case strings.Contains(inner, "\t"):
		return "", false
	case word[0] == '\'':
		return strings.ReplaceAll(inner, "''", "'"), true
	case !strings.Contains(inner, `\`):
		return inner, true
	}
	text, ok := r.ask(word).(cfn.String)
	return string(text), ok
}

// flow reads a value in brackets.
func (r *reader) flow() cfn.Value {
	switch {
	case r.take("[]"):
		return cfn.List{}
	case r.take("{}"):
		return cfn.Map{}
	case r.take("{ default: "):
		text, ok := r.bracketed(false).(cfn.String)
		if !ok || !r.take(" }") {
			r.fail()
		}
		return cfn.Map{{Key: "default", Value: text}}
	case !r.take("["):
		r.fail()
		return nil
	}
	begin := len(r.open.items)
	for {
		v := r.flowItem()
		r.open.items = append(r.open.items, cfn.Item{Value: v})
		if r.take("]") {
			return r.open.list(begin)
		}
		if !r.take(", ") {
			r.fail()
			return nil
		}
	}
}

func (r *reader) flowItem() cfn.Value {
	if r.take("!") {
		name := r.tag()
		if !r.take(" ") {
			r.fail()
			return nil
		}
		return function(name, r.bracketed(true))
	}
	return r.bracketed(false)
}

// bracketed reads a value that has no tag of its own and stands within brackets.
func (r *reader) bracketed(tag bool) cfn.Value {
	rest := r.rest()
	end := strings.IndexAny(rest, ",[]{}?")
	switch {
	case end == 0 && (rest[0] == '[' || strings.HasPrefix(rest, "{}")):
		return r.flow()
	case strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, `"`):
		text, ok := r.quoted()
		if !ok {
			r.fail()
		}
		return cfn.String(text)
	case end <= 0 || !isAlnum(rest[0]) && rest[0] != '/':
		r.fail()
		return nil
	}
	word := rest[:end]
	if rest[end] == '}' {
		word = strings.TrimSuffix(word, " ")
	}
	r.at += len(word)
	return r.word(word, tag)
}

// lines reads a text of several lines: as they are, or folded into one.
func (r *reader) lines(column int) cfn.Value {
	between, end := "\n", ""
	switch r.rest() {
	case "|":
		end = "\n"
	case "|-":
	case ">-":
		between = " "
	default:
		r.fail()
		return nil
	}
	r.at += len(r.rest()) + 1
	lead := strings.Repeat(" ", column+indentation)
	var text strings.Builder
	empty, any := 0, false // empty lines since the last one of the text
	for r.at < len(r.text) {
		line := r.rest()
		inner, inside := strings.CutPrefix(line, lead)
		if line != "" && !inside {
			break
		}
		r.at += len(line) + 1
		switch {
		case line == "":
			empty++
			continue
		case strings.Trim(inner, " ") == "", !any && (empty > 0 || strings.Trim(inner[:1], " \t") == ""),
			between == " " && (empty > 0 || !foldable(inner+" x")):
			r.fail()
			return nil
		}
		if any {
			text.WriteString(between + strings.Repeat("\n", empty))
		}
		text.WriteString(inner)
		empty, any = 0, true
	}
	if !any {
		r.fail()
		return nil
	}
	text.WriteString(end)
	r.nextLine()
	return cfn.String(text.String())
}
