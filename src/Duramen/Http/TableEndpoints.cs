using System.Text;
using Duramen.Broker;
using Duramen.Coordination.Topics;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Derived;
using Duramen.Http.Pages;
using Duramen.State.Store;
using Duramen.State.Tables.Topics;
using Duramen.Tables;

namespace Duramen.Http;

/// <summary>
/// What is answered under <c>/v1/tables</c>: topics, the value of a key, its history, pages of keys, and what was changed between two moments. A key is one segment of the
/// path, with its slashes percent-encoded; so nothing behind it is taken for a part of it, and a difference is told from a key of that name by its parameters.
/// </summary>
internal sealed class TableEndpoints(KafkaBroker broker, NodeTables tables, StateOptions options, TimeProvider time)
{
    // As of moments before the one in it, keys and values may be missing.
    private const string WholeFromHeader = "Duramen-Whole-From";

    /// <summary>Answers a request whose path begins with <c>/v1/tables</c>.</summary>
    /// <exception cref="DuramenException">It is refused, or it failed; when nothing was answered yet the client can be told.</exception>
    public Task AnswerAsync(HttpCall call)
    {
        call.Allow("GET, HEAD");
        RequestTarget target = call.Target;
        return target.Count switch
        {
            2 => ListAsync(call),
            3 => ScanAsync(call),
            4 when target.Is(3, "diff"u8) && (target.Has("from") || target.Has("to") || target.Has("after")) => DiffAsync(call),
            4 => GetAsync(call),
            5 when target.Is(4, "history"u8) => HistoryAsync(call),
            _ => throw HttpRefusals.NoPath(target.Path),
        };
    }

    private async Task ListAsync(HttpCall call)
    {
        call.Target.Allow();
        using var patience = new Patience(call, options, time);
        using var answer = new JsonAnswer(call);
        answer.Writer.WriteStartObject();
        answer.Writer.WriteStartArray("topics"u8);
        foreach (ServedTopic topic in broker.Topics)
        {
            var end = new Moment(topic.Logs.Select((log, partition) => new PartitionOffset(partition, log.Watermarks.Committed)));
            answer.Writer.WriteStartObject();
            answer.Writer.WriteString("topic"u8, topic.Topic.Name);
            answer.Writer.WriteNumber("partitions"u8, topic.Logs.Count);
            answer.Writer.WriteString("end"u8, end.ToString());
            answer.Writer.WriteEndObject();
            if (answer.IsFull)
            {
                await answer.SendAsync(patience.Token).ConfigureAwait(false);
            }
        }

        answer.Writer.WriteEndArray();
        answer.Writer.WriteEndObject();
        await answer.EndAsync(patience.Token).ConfigureAwait(false);
    }

    private async Task GetAsync(HttpCall call)
    {
        call.Target.Allow("asOf", "partition");
        (ServedTopic topic, byte[] key) = (FindTopic(call), call.Target.Key(3));
        AsOf asOf = call.Target.AsOf("asOf");
        int? partition = call.Target.Partition();
        using var patience = new Patience(call, options, time);
        using TopicSnapshot snapshot = await tables.OpenSnapshotAsync(topic.Topic.Name, asOf, patience.Token).ConfigureAwait(false);
        Moment moment = await FindAsync(call, snapshot, asOf, patience).ConfigureAwait(false);
        var row = TableRow.Find(snapshot, key, moment, partition) ?? throw HttpRefusals.NoValue(Encoding.UTF8.GetString(key), topic.Topic.Name, moment.ToString());
        await (call.WantsBytes ? row.AnswerBytesAsync(call, patience) : row.AnswerJsonAsync(call, patience)).ConfigureAwait(false);
    }

    private async Task ScanAsync(HttpCall call)
    {
        RequestTarget target = call.Target;
        target.Allow("prefix", "from", "to", "limit", "after", "asOf");
        ServedTopic topic = FindTopic(call);
        PageCursor? after = CursorIn(target, PageKind.Scan, topic, "asOf");
        KeyRange range = RangeIn(target, after);
        int rows = target.Limit(HttpLimits.MaxRows);
        AsOf asOf = after is null ? target.AsOf("asOf") : AsOf.At(after.Moments[0]);
        using var patience = new Patience(call, options, time);
        using TopicSnapshot snapshot = await tables.OpenSnapshotAsync(topic.Topic.Name, asOf, patience.Token).ConfigureAwait(false);
        Moment moment = await FindAsync(call, snapshot, asOf, patience).ConfigureAwait(false);
        using var page = new ScanPage(snapshot, topic.Topic.Name, topic.Topic.Id, range, moment) { After = after };
        using var answer = new JsonAnswer(call);
        await page.WriteAsync(answer, rows, patience).ConfigureAwait(false);
    }

    private async Task HistoryAsync(HttpCall call)
    {
        RequestTarget target = call.Target;
        target.Allow("limit", "after", "asOf");
        ServedTopic topic = FindTopic(call);
        PageCursor? after = CursorIn(target, PageKind.History, topic, "asOf");
        int rows = target.Limit(HttpLimits.MaxRows);
        AsOf asOf = after is null ? target.AsOf("asOf") : AsOf.At(after.Moments[0]);
        using var patience = new Patience(call, options, time);
        using TopicSnapshot snapshot = await tables.OpenSnapshotAsync(topic.Topic.Name, asOf, patience.Token).ConfigureAwait(false);
        Moment moment = await FindAsync(call, snapshot, asOf, patience).ConfigureAwait(false);
        using var page = new HistoryPage(snapshot, topic.Topic.Name, topic.Topic.Id, target.Key(3), moment) { After = after };
        using var answer = new JsonAnswer(call);
        await page.WriteAsync(answer, rows, patience).ConfigureAwait(false);
    }

    private async Task DiffAsync(HttpCall call)
    {
        RequestTarget target = call.Target;
        target.Allow("from", "to", "limit", "after");
        ServedTopic topic = FindTopic(call);
        PageCursor? after = CursorIn(target, PageKind.Diff, topic, "from", "to");
        if (after is null && !target.Has("from"))
        {
            throw HttpRefusals.Missing("from");
        }

        int rows = target.Limit(HttpLimits.MaxRows);
        (AsOf from, AsOf to) = after is null ? (target.AsOf("from"), target.AsOf("to")) : (AsOf.At(after.Moments[0]), AsOf.At(after.Moments[1]));
        using var patience = new Patience(call, options, time);
        using TopicSnapshot snapshot = await tables.OpenSnapshotAsync(topic.Topic.Name, cancellationToken: patience.Token).ConfigureAwait(false);
        Moment before = await FindAsync(call, snapshot, from, patience).ConfigureAwait(false);
        Moment since = await FindAsync(call, snapshot, to, patience).ConfigureAwait(false);
        using var page = new DiffPage(snapshot, topic.Topic.Name, topic.Topic.Id, before, since) { After = after };
        using var answer = new JsonAnswer(call);
        await page.WriteAsync(answer, rows, patience).ConfigureAwait(false);
    }

    private ServedTopic FindTopic(HttpCall call)
    {
        string name = call.Target.Text(2, "The name of the topic");
        return broker.FindTopic(name) ?? throw DerivedRefusals.NoTopic(name);
    }

    private static async ValueTask<Moment> FindAsync(HttpCall call, TopicSnapshot snapshot, AsOf asOf, Patience patience)
    {
        // What is found is looked at again: an offset is not compared with what the table has before it is read.
        Moment moment = await snapshot.FindAsync(asOf, patience.Token).ConfigureAwait(false);
        moment = await snapshot.FindAsync(AsOf.At(moment), patience.Token).ConfigureAwait(false);
        if (snapshot.IsPartial(moment))
        {
            call.Headers[WholeFromHeader] = snapshot.WholeFrom.ToString();
        }

        return moment;
    }

    // A cursor has its moments in it. Whoever repeats the parameters of the first page says them again; what a time or 'end' would be by now is not asked.
    private static PageCursor? CursorIn(RequestTarget target, PageKind kind, ServedTopic topic, params ReadOnlySpan<string> moments)
    {
        if (target.Parameter("after") is not string text)
        {
            return null;
        }

        var cursor = PageCursor.Parse(text, kind, topic.Topic.Id);
        for (int index = 0; index < moments.Length; index++)
        {
            AsOf again = target.AsOf(moments[index]);
            Moment? said = again.Moment ?? (again.Offset is Offset offset ? new Moment([new PartitionOffset(0, offset)]) : null);
            if (said?.Equals(cursor.Moments[index]) == false)
            {
                throw HttpRefusals.OtherMoment(moments[index], said.ToString(), cursor.Moments[index].ToString());
            }
        }

        return cursor;
    }

    private static KeyRange RangeIn(RequestTarget target, PageCursor? after)
    {
        if (target.Has("prefix") && (target.Has("from") || target.Has("to")))
        {
            throw HttpRefusals.Together("prefix", target.Has("from") ? "from" : "to");
        }

        KeyRange range = target.Bytes("prefix") is byte[] prefix ? KeyRange.WithPrefix(prefix)
            : new KeyRange(target.Bytes("from") ?? [], target.Bytes("to") is byte[] to ? (ReadOnlyMemory<byte>?)to : null);

        // The key of the last row comes again where other partitions may have it.
        return after is not null && after.Key.Span.SequenceCompareTo(range.From.Span) > 0 ? range with { From = after.Key } : range;
    }
}
