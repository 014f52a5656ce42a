package match_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// ways are the ways in which a name and its value are written: N and V.
var ways = map[string]string{
	"env": "N=V", "yaml": "  N: V", "json": `  "N": "V",`, "php": "  'N' => 'V',", "set": "set N V", "xml": "<N>V</N>",
	"attribute": `<add name="N" value="V"/>`, "setter": `cfg.N("V")`, "chain": `  .N("V")`, "put": `put("N", "V");`,
	"flag": "--N=V", "flag, blank": "--N V", "PowerShell": `-N "V"`, "Go": `N := "V"`, "Erlang": `{N, "V"},`,
	"Swift": `let N: String = "V"`, "Java": `private static final String N = "V";`, "tab": "N\tV", "Markdown": "| N | V |",
	"default": `N = os.getenv("X", "V")`, "R": `N <- "V"`, "Lisp": `(def N "V")`, "plist": "<key>N</key><string>V</string>",
	"list": "- name: N\n  value: V", "next line": "N:\n  V", "line below": "N\nV", "fallback": "N = x || 'V'", "INI": "N = V",
	"PHP variable": `$N = "V";`, "Ruby": "env['N'] = 'V'", "C": `#define N "V"`, "arrow": "N -> V", "escaped": `\"N\": \"V\",`, "base64": "  N: B",
}

func way(form, name, value string) string {
	return strings.NewReplacer("N", name, "V", value, "B", base64.StdEncoding.EncodeToString([]byte(value))).Replace(form)
}

// pairNames are what people call a key ID and its secret.
var pairNames = strings.Fields(`access_key/secret_key accessKey/secretKey access-key/secret-key key/secret id/key keyId/secretKey
	AccessKeyID/SecretAccessKey awsKey/awsSecret awskey/awssecret AWS_KEY/AWS_SECRET s3key/s3secret mykey/mysecret user/pass
	username/password login/password identity/credential ak/sk a/b k/s access/secret public_key/private_key app_key/app_secret
	client_id/client_secret account_name/account_key S3AccessKey/S3SecretKey aws_id/aws_key api_key/api_secret KEYID/KEYSECRET
	accessKeyId/accessKeySecret awsaccesskeyid/awssecretaccesskey aws.accessKeyId/aws.secretKey aws_access/aws_sec
	uploads.key/uploads.secret UPLOADS_KEY_ID/UPLOADS_SECRET amazonId/amazonKey storageKey/storageSecret aws_username/aws_password
	S3_USER/S3_PASSWORD backupaccess/backupsecret fooaccesskey/foosecretkey clave_acceso/clave_secreta zugriff/geheim
	sqsAccount/sqsSecret uid/upw one/two param1/param2 k1/k2 arg0/arg1 client.awsId/client.awsSecretKey`)

// A key ID and its secret are joined whatever they are called, and however that is
// written, in either order.
func TestNames(t *testing.T) {
	e := engine(t)
	for name, form := range ways {
		for i, names := range pairNames {
			m := newMaker(uint64(i))
			known := map[string]string{"K1": m.id("AKIA"), "S1": m.edged(i % 4)}
			id, secret, _ := strings.Cut(names, "/")
			lines := []string{way(form, id, known["K1"]), way(form, secret, known["S1"])}
			for range 2 {
				text := "x\n" + strings.Join(lines, "\n") + "\ny\n"
				if got := found(scan(e, "f", text), known); !slices.Equal(got, []string{"K1+S1"}) {
					t.Errorf("%s, %s: got %q in\n%s", name, names, got, text)
				}
				slices.Reverse(lines)
			}
		}
	}
}

// Credentials that are told apart by their names are never crossed, in whatever
// order and with whatever missing.
func TestNamesApart(t *testing.T) {
	e := engine(t)
	const whose = "dev prod qa"
	for name, form := range ways {
		if name == "line below" { // a name that nothing follows names nothing far away
			continue
		}
		for i, names := range []string{"W_AWS_ACCESS_KEY_ID/W_AWS_SECRET_ACCESS_KEY", "aws_key_id_W/aws_secret_W", "WAccessKey/WSecretKey", "W.aws.key/W.aws.secret", "Wkey/Wsecret", "aws_W_id/aws_W_secret"} {
			if name == "base64" && names == "Wkey/Wsecret" {
				continue // nothing speaks of AWS where one stands alone
			}
			id, secret, _ := strings.Cut(names, "/")
			for j, layout := range []string{"K1 S1 K2 S2 K3 S3", "S1 K1 S2 K2", "K1 K2 K3 S1 S2 S3", "K1 K2 K3 S3 S2 S1", "S1 S2 K1 K2", "K1 S2 K3 S1 S3 K2", "K1 K2 S2", "S1 K2 S2", "K1 S1 K2", "K1 S1 S2", "K1 S2", "K1 S2 S1"} {
				m, known := newMaker(uint64(i*100+j)), map[string]string{}
				var lines []string
				parts := map[string]string{} // by number
				for part := range strings.FieldsSeq(layout) {
					w := strings.Fields(whose)[part[1]-'1']
					called := id
					if part[0] == 'S' {
						called = secret
					}
					parts[part[1:]] += part
					lines = append(lines, way(form, strings.ReplaceAll(called, "W", w), m.value(part[:1], part[1:], j, known)))
				}
				var want []string
				for n, p := range parts {
					if p = map[string]string{"K" + n + "S" + n: "K" + n + "+S" + n, "S" + n + "K" + n: "K" + n + "+S" + n}[p]; p == "" {
						p = parts[n]
					}
					want = append(want, p)
				}
				slices.Sort(want)
				text := strings.Join(lines, "\n") + "\n"
				if got := found(scan(e, "f", text), known); !slices.Equal(got, want) {
					t.Errorf("%s, %s, %s: got %q, want %q in\n%s", name, names, layout, got, want, text)
				}
			}
		}
	}
}
