package plan

import (
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// userDataMax is what EC2 takes, before it is encoded. Source: EC2 user guide, "User data is limited
// to 16 KB, in raw form".
const userDataMax = 16384

const (
	settingsEnd = "BYOCFN_SETTINGS"
	scriptEnd   = "BYOCFN_SCRIPT"
)

// userData writes what cloud-init runs: the settings into a file, quoted; the vendor's script into
// another, letter by letter; then the script, and the word to the stack where one is awaited.
func (m *maker) userData(n spec.Named[spec.Instance], gate []Literal, handle string) cfn.Value {
	b := n.Value.Boot
	if b == nil {
		return nil
	}
	script, ok := m.in.Scripts[b.Script.Value]
	if !ok {
		return nil // reported where the file was read
	}
	for _, end := range []string{settingsEnd, scriptEnd} {
		if strings.Contains("\n"+script+"\n", "\n"+end+"\n") {
			m.diags.Error(b.Script.At, "bad-script", "the script has a line "+end,
				"that line ends the script in the user data; write it differently")
		}
	}
	id := n.Name.Value
	parts := []cfn.Value{cfn.String(settingsHead(id))}
	for _, s := range b.Env {
		parts = append(parts, m.setting(s, gate)...)
	}
	if handle != "" {
		parts = append(parts, cfn.String("BYOCFN_READY_URL='"), cfn.Ref(handle), cfn.String("'\n"))
	}
	parts = append(parts, cfn.String(settingsEnd+"\n"))
	text := scriptText(id, script, n.Value.Ready != nil)
	if size := len(settingsHead(id)) + len(text); size > userDataMax-2048 {
		m.diags.Error(b.Script.At, "too-large", "the script is "+itoa(len(script))+
			" bytes, too much for user data", "keep it under 13 kB; have it fetch the rest")
	}
	return cfn.Join("", cfn.Values(concat(parts...), cfn.String(text)))
}

func settingsHead(id string) string {
	return strings.Join([]string{"#!/bin/bash",
		"# Settings of this stack. They are quoted: the shell expands nothing in them.",
		"set -u",
		"umask 077",
		"install -d -m 0700 /etc/byocfn",
		"cat >/etc/byocfn/" + id + ".env <<'" + settingsEnd + "'", ""}, "\n")
}

// scriptText writes the vendor's script to a file and runs it with the settings in its environment.
func scriptText(id, script string, ready bool) string {
	env, file, log := "/etc/byocfn/"+id+".env", "/etc/byocfn/"+id+".sh", "/var/log/byocfn-"+id+".log"
	lines := []string{"# The script of the vendor, as published.",
		"cat >" + file + " <<'" + scriptEnd + "'",
		strings.TrimRight(script, "\n"), scriptEnd,
		"set -a; . " + env + "; set +a",
		"code=0",
		"bash " + file + " >>" + log + " 2>&1 || code=$?"}
	if !ready {
		return strings.Join(append(lines, "exit $code", ""), "\n")
	}
	return strings.Join(append(lines,
		"# Tell the stack how it went.",
		"status=SUCCESS; reason='The boot script finished'",
		"[ $code -eq 0 ] || { status=FAILURE; "+
			"reason=\"The boot script ended with code $code; its log is "+log+"\"; }",
		`printf '{"Status":"%s","Reason":"%s","UniqueId":"`+id+`","Data":"%s"}' "$status" "$reason" "$code" |`,
		"  curl --silent --show-error --fail --retry 10 --retry-delay 5 --retry-connrefused --max-time 30 \\",
		"    --request PUT --header 'Content-Type:' --data-binary @- \"$BYOCFN_READY_URL\"",
		""), "\n")
}

// setting writes NAME='value'. The value must not be able to end the quotes or the line.
func (m *maker) setting(s spec.Named[spec.Setting], outer []Literal) []cfn.Value {
	name := s.Name.Value
	if !envName(name) {
		m.diags.Error(s.Name.At, "bad-name", quote(name)+" is no name of an environment variable",
			"use capital letters, digits and _, such as AGENT_BUCKET")
	}
	gate, exists := m.gate(s.Value.When, outer)
	var otherwise cfn.Value = cfn.String("")
	if s.Value.Else != nil {
		m.safeInShell(*s.Value.Else)
		otherwise = m.shown(*s.Value.Else, outer)
	}
	if !exists {
		return []cfn.Value{cfn.String(name + "='"), otherwise, cfn.String("'\n")}
	}
	m.safeInShell(s.Value.Value)
	v := m.shown(s.Value.Value, gate)
	if own := within(gate, outer); len(own) > 0 {
		v = hinted{m.onlyIf(own, v, otherwise), camel(name)}
		return []cfn.Value{cfn.String(name + "='"), v, cfn.String("'\n")}
	}
	return []cfn.Value{cfn.String(name + "='"), v, cfn.String("'\n")}
}

func (m *maker) safeInShell(t spec.Text) {
	for _, p := range t.Parts {
		if strings.ContainsAny(p.Literal, shellWild) {
			m.diags.Error(t.At, "bad-setting", "a setting cannot hold an apostrophe or a line break",
				"put long texts into the script")
		}
	}
	for _, ref := range t.Refs() {
		e := m.names[ref.Name]
		if e == nil || e.param == nil {
			continue
		}
		if bad := m.admitted(e, shellWild); bad != "" {
			m.diags.Error(t.At, "wild-parameter", e.id+" may hold "+characters(bad)+
				", which would end the quoted setting", "give the parameter a pattern without it",
				diag.Note{Text: e.id + " is here", At: e.at})
		}
	}
}

func envName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && !strings.HasPrefix(s, "BYOCFN_")
}
