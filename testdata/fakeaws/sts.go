package fakeaws

import (
	"fmt"
)

// callerIdentity answers GetCallerIdentity.
func callerIdentity(r *Request) Answer {
	p := r.Key.Owner
	return Result(r, fmt.Sprintf("<Arn>%s</Arn><UserId>%s</UserId><Account>%s</Account>", Escape(p.ARN), Escape(p.UserID), Escape(p.Account)))
}

// accessKeyInfo answers GetAccessKeyInfo: the account alone, whoever asks.
func (s *Server) accessKeyInfo(r *Request) Answer {
	k := s.Key(r.Form.Get("AccessKeyId"))
	if k == nil {
		return Error("ValidationError", 400, "The specified value for accessKeyId is invalid.")
	}
	return Result(r, "<Account>"+k.Owner.Account+"</Account>")
}

// Root is the root user of an account, with every right.
func Root(account string) *Principal {
	return &Principal{ARN: "arn:aws:iam::" + account + ":root", UserID: account, Account: account, May: []string{"*"}}
}

// User is an IAM user, with no right but those named.
func User(account, name string, may ...string) *Principal {
	return &Principal{ARN: "arn:aws:iam::" + account + ":user/" + name, UserID: "AIDA" + "QAAAAAAAAAAAAAAAA", Account: account, May: may}
}

// Session is the session of a role.
func Session(account, role, session string, may ...string) *Principal {
	return &Principal{ARN: "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + session, UserID: "AROA" + "QAAAAAAAAAAAAAAAA:" + session, Account: account, May: may}
}

// Federated is a session that GetFederationToken made.
func Federated(account, name string) *Principal {
	return &Principal{ARN: "arn:aws:sts::" + account + ":federated-user/" + name, UserID: account + ":" + name, Account: account}
}
