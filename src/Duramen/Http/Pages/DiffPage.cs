using Duramen.State.Store;
using Duramen.State.Tables.Topics;

namespace Duramen.Http.Pages;

/// <summary>What became of the keys between two moments.</summary>
internal sealed class DiffPage(TopicSnapshot snapshot, string topic, Guid topicId, Moment from, Moment to) : TablePage
{
    private readonly TopicDifferences _rows = snapshot.Diff(from, to);
    private readonly KeyPlace _last = new();

    protected override string RowsName => "changes";

    public override void Dispose()
    {
        _rows.Dispose();
        _last.Dispose();
    }

    protected override void WriteHead(JsonAnswer answer)
    {
        answer.Writer.WriteString("topic"u8, topic);
        answer.Writer.WriteString("from"u8, from.ToString());
        answer.Writer.WriteString("to"u8, to.ToString());
    }

    protected override bool MoveNext() => _rows.MoveNext();

    protected override bool IsPassed() => After?.Covers(_rows.Current.Key, _rows.Partition) == true;

    protected override async ValueTask WriteRowAsync(JsonAnswer answer, CancellationToken cancellationToken)
    {
        answer.Writer.WriteString("change"u8, _rows.Current.Kind switch { DifferenceKind.Added => "added", DifferenceKind.Removed => "removed", _ => "changed" });
        answer.Write("key"u8, _rows.Current.Key);
        await answer.WriteAsync("old", _rows, static rows => rows.Current.Before.Value, cancellationToken).ConfigureAwait(false);
        await answer.WriteAsync("new", _rows, static rows => rows.Current.After.Value, cancellationToken).ConfigureAwait(false);
        answer.Writer.WriteNumber("partition"u8, _rows.Partition);
    }

    protected override void Remember() => _last.Set(_rows.Current.Key, _rows.Partition);

    protected override PageCursor Next() => new(PageKind.Diff, topicId, [from, to], _last.Key, _last.Partition);
}
