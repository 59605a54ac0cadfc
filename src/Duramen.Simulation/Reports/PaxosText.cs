using System.Globalization;
using System.Text;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Entries;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Paxos.Messages;
using Duramen.Core.Binary;

namespace Duramen.Simulation.Reports;

/// <summary>The messages of Multi-Paxos in words.</summary>
internal static class PaxosText
{
    public static string Of(in MessageEnvelope envelope, SpanReader body)
    {
        string text = (PaxosMessage)envelope.Type switch
        {
            PaxosMessage.Canvass when Canvass.TryRead(body, out Canvass question) => $"would you promise? committed {question.Committed}",
            PaxosMessage.CanvassAnswer when CanvassAnswer.TryRead(body, out CanvassAnswer answer) =>
                $"{(answer.WouldPromise ? "would promise" : "hears a leader")}, committed {answer.Committed}",
            PaxosMessage.Prepare when Prepare.TryRead(body, out Prepare request) => $"prepare from slot {request.From}{(request.IsTransfer ? ", as the leader wishes" : "")}",
            PaxosMessage.Promise when Promise.TryRead(body, out Promise promise) => $"promise, {Of(promise)}",
            PaxosMessage.Accept when Accept.TryRead(body, envelope.Epoch, out Accept request) => $"accept{Entries(request.Entries)}, committed {request.Committed}",
            PaxosMessage.Accepted when Accepted.TryRead(body, out Accepted response) => $"accepted {Of(response)}",
            PaxosMessage.Refusal => "refused, promised this ballot",
            PaxosMessage.GetChosen when GetChosen.TryRead(body, out GetChosen request) =>
                $"what was chosen after {request.After}?{(request.Through > request.After ? $" has {request.After.Next} to {request.Through} of {request.Epoch}" : "")}",
            PaxosMessage.Chosen when Chosen.TryRead(body, out Chosen answer) => $"chosen: {Of(answer)}",
            PaxosMessage.News when News.TryRead(body, out News news) => $"{(news.IsAnswer ? "knows" : "news:")} committed {news.Committed}",
            PaxosMessage.TakeOver => "take over",
            _ => $"type {envelope.Type}",
        };
        return $"<- {envelope.From.Node} ballot {envelope.Epoch}: {text}";
    }

    private static string Of(in Promise promise)
    {
        string rest = promise.Through == Promise.Everything ? "" : $", up to {promise.Through}";
        return $"from slot {promise.From}: chosen through {promise.Committed}, {(promise.Count == 0 ? "accepted nothing" : $"accepted{Entries(promise.Entries)}")}{rest}";
    }

    private static string Of(in Accepted response) => response.Last < response.First
        ? $"all up to {response.Through}"
        : $"{response.First}{(response.Last > response.First ? $" to {response.Last}" : "")}, all up to {response.Through}";

    private static string Of(in Chosen answer)
    {
        string same = answer.Confirmed.Through > answer.Confirmed.After ? $" {answer.Confirmed.After.Next} to {answer.Confirmed.Through} of {answer.Confirmed.Epoch}, as you have" : "";
        return $"all up to {answer.Committed};{same}{Entries(answer.Entries)}";
    }

    private static string Entries(SpanReader entries)
    {
        var text = new StringBuilder();
        while (EntryCodec.TryRead(ref entries, out EntryView entry))
        {
            text.Append(CultureInfo.InvariantCulture, $" {EntryText.Of(entry.Header)}");
        }

        return text.ToString();
    }
}
