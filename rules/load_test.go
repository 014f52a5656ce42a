package rules

import "testing"

func TestBuiltinPacksPassTheStrictLoader(t *testing.T) {
	entries, err := packs.ReadDir("packs")
	if err != nil {
		t.Fatal(err)
	}
	var all []*Rule
	for _, e := range entries {
		data, err := packs.ReadFile("packs/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		rules, err := Load(e.Name(), data)
		if err != nil {
			t.Error(err)
		}
		all = append(all, rules...)
	}
	strict, err := NewSet(all)
	if err != nil {
		t.Fatal(err)
	}
	set, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if set.Len() != strict.Len() || set.Len() == 0 {
		t.Errorf("%d rules, the strict loader gives %d", set.Len(), strict.Len())
	}
}

func BenchmarkLoadBuiltin(b *testing.B) {
	for b.Loop() {
		if _, err := readBuiltin(); err != nil {
			b.Fatal(err)
		}
	}
}
