using Duramen.State.Store;

namespace Duramen.State.Tables.Topics;

/// <summary>A walk over versions of all partitions of a topic. One owner, one thread; disposed before its snapshot is.</summary>
public sealed class TopicVersions : IVersionCursor
{
    private readonly IReadOnlyList<int> _partitions;
    private readonly IVersionCursor[] _cursors;
    private readonly SideBySide _walk;

    private TopicVersions(IReadOnlyList<int> partitions, IVersionCursor[] cursors, Comparison<int> compare)
    {
        _partitions = partitions;
        _cursors = cursors;
        _walk = new SideBySide(cursors.Length, source => cursors[source].MoveNext(), compare);
    }

    /// <summary>The number of the partition that the current version is in.</summary>
    public int Partition => _partitions[_walk.Current];

    /// <inheritdoc/>
    public VersionView Current => _cursors[_walk.Current].Current;

    /// <inheritdoc/>
    public bool MoveNext() => _walk.MoveNext();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IVersionCursor cursor in _cursors)
        {
            cursor.Dispose();
        }
    }

    /// <summary>In the order of keys; one that several partitions have comes once for each.</summary>
    internal static TopicVersions ByKey(IReadOnlyList<int> partitions, IVersionCursor[] cursors, ScanOrder order) => new(
        partitions, cursors, order == ScanOrder.Descending ? (left, right) => Compare(cursors[right], cursors[left]) : (left, right) => Compare(cursors[left], cursors[right]));

    /// <summary>In the order of times as far as the orders of the partitions allow it.</summary>
    internal static TopicVersions ByTime(IReadOnlyList<int> partitions, IVersionCursor[] cursors) =>
        new(partitions, cursors, (left, right) => cursors[left].Current.TimestampMs.CompareTo(cursors[right].Current.TimestampMs));

    private static int Compare(IVersionCursor left, IVersionCursor right) => left.Current.Key.SequenceCompareTo(right.Current.Key);
}
