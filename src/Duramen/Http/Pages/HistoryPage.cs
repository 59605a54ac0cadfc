using Duramen.Core.Ids;
using Duramen.State.Tables.Topics;

namespace Duramen.Http.Pages;

/// <summary>The versions of a key below a moment, oldest first, removals included.</summary>
internal sealed class HistoryPage(TopicSnapshot snapshot, string topic, Guid topicId, byte[] key, Moment moment) : TablePage
{
    private readonly TopicVersions _rows = snapshot.History(key);

    // For each partition the offset behind the last version of it that was written, here or on a page before.
    private readonly SortedDictionary<int, Offset> _next = [];

    protected override string RowsName => "versions";

    public override void Dispose() => _rows.Dispose();

    protected override void WriteHead(JsonAnswer answer)
    {
        answer.Writer.WriteString("topic"u8, topic);
        answer.Write("key"u8, key);
        answer.Writer.WriteString("asOf"u8, moment.ToString());
    }

    protected override bool MoveNext() => _rows.MoveNext();

    protected override bool IsPassed() => _rows.Current.Offset >= moment[_rows.Partition] || _rows.Current.Offset < NextOf(_rows.Partition);

    protected override async ValueTask WriteRowAsync(JsonAnswer answer, CancellationToken cancellationToken)
    {
        answer.Write("key"u8, _rows.Current.Key);
        await answer.WriteAsync("value", _rows, static rows => rows.Current.Value, cancellationToken).ConfigureAwait(false);
        WritePlace(answer, _rows.Current.Offset, _rows.Current.TimestampMs, _rows.Partition);
    }

    protected override void Remember() => _next[_rows.Partition] = _rows.Current.Offset.Plus(1);

    protected override PageCursor Next() =>
        new(PageKind.History, topicId, [moment, new Moment(moment.Offsets.Select(one => one with { Offset = NextOf(one.Partition) }))], default, 0);

    private Offset NextOf(int partition) => _next.TryGetValue(partition, out Offset next) ? next : After?.Moments[1].Find(partition) ?? Offset.Zero;
}
