using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Core.Binary;

namespace Duramen.Simulation.Reports;

/// <summary>The messages of Viewstamped Replication in words.</summary>
internal static class ViewstampedText
{
    public static string Of(in MessageEnvelope envelope, SpanReader body)
    {
        string text = (ViewstampedMessage)envelope.Type switch
        {
            ViewstampedMessage.Prepare when LogPart.TryRead(body, envelope.Epoch, out LogPart part) => $"prepare {Of(part)}, start {part.Start}",
            ViewstampedMessage.PrepareOk when PrepareOk.TryRead(body, out PrepareOk response) => $"prepare ok up to {response.Last}",
            ViewstampedMessage.StartViewChange when StartViewChange.TryRead(body, out StartViewChange request) =>
                $"start view change to {ViewNumber.ToText(request.View)}{(request.IsTransfer ? ", as the primary wishes" : "")}{(request.IsAnswer ? ", too" : "")}",
            ViewstampedMessage.DoViewChange when DoViewChange.TryRead(body, out DoViewChange report) =>
                $"do view change, log of view {ViewNumber.ToText(report.LogView)} up to {report.Last}@{ViewNumber.ToText(report.LastEpoch)}, commit {report.Committed}",
            ViewstampedMessage.GetState when GetState.TryRead(body, out GetState request) => $"get state after {request.After}@{ViewNumber.ToText(request.Epoch)}",
            ViewstampedMessage.NewState when LogPart.TryRead(body, envelope.Epoch, out LogPart part) => $"new state {Of(part)}",
            ViewstampedMessage.StartEra when StartEra.TryRead(body, out StartEra note) => $"start era, committed {note.Committed}@{ViewNumber.ToText(note.Epoch)}",
            ViewstampedMessage.EraStarted => "era started",
            ViewstampedMessage.TakeOver => "take over",
            _ => $"type {envelope.Type}",
        };
        return $"<- {envelope.From.Node} view {ViewNumber.ToText(envelope.Epoch)}: {text}";
    }

    private static string Of(in LogPart part) => $"{part.Count} after {part.Previous}@{ViewNumber.ToText(part.PreviousEpoch)}, commit {part.Committed}";
}
