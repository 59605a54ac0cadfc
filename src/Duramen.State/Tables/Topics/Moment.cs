using System.Globalization;
using System.Text;
using Duramen.Core.Ids;

namespace Duramen.State.Tables.Topics;

/// <summary>
/// A moment of a topic: an offset in each of its partitions. As of a moment means after every record below these offsets, and none other. Two moments are equal when all their
/// offsets are.
/// </summary>
public sealed class Moment : IEquatable<Moment>
{
    private readonly PartitionOffset[] _offsets;

    /// <summary>Makes a moment.</summary>
    /// <param name="offsets">An offset for each partition, in any order.</param>
    /// <exception cref="ArgumentException">There is none, or a partition is there twice.</exception>
    public Moment(IEnumerable<PartitionOffset> offsets)
    {
        _offsets = [.. offsets.OrderBy(one => one.Partition)];
        if (_offsets.Length == 0 || _offsets.Zip(_offsets.Skip(1)).Any(pair => pair.First.Partition == pair.Second.Partition))
        {
            throw new ArgumentException("A moment has one offset for each partition.", nameof(offsets));
        }
    }

    /// <summary>The offset of each partition, in the order of their numbers.</summary>
    public IReadOnlyList<PartitionOffset> Offsets => _offsets;

    /// <summary>The offset in a partition.</summary>
    /// <exception cref="KeyNotFoundException">The moment has none there.</exception>
    public Offset this[int partition] => Find(partition) ?? throw new KeyNotFoundException($"The moment {this} has no offset in partition {partition}.");

    /// <summary>Reads what <see cref="ToString"/> writes for several partitions, in any order: <c>0:120,1:87</c>.</summary>
    public static bool TryParse(string text, out Moment? moment)
    {
        ArgumentNullException.ThrowIfNull(text);
        moment = null;
        var offsets = new SortedDictionary<int, Offset>();
        foreach (string part in text.Split(','))
        {
            string[] numbers = part.Split(':');
            if (numbers.Length != 2
                || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
                || !long.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
                || !offsets.TryAdd(partition, new Offset(offset)))
            {
                return false;
            }
        }

        moment = new Moment(offsets.Select(one => new PartitionOffset(one.Key, one.Value)));
        return true;
    }

    /// <summary>The offset in a partition; null when the moment has none there.</summary>
    public Offset? Find(int partition)
    {
        foreach (PartitionOffset one in _offsets)
        {
            if (one.Partition == partition)
            {
                return one.Offset;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(Moment? other) => other is not null && _offsets.AsSpan().SequenceEqual(other._offsets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Moment);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (PartitionOffset one in _offsets)
        {
            hash.Add(one);
        }

        return hash.ToHashCode();
    }

    /// <summary>The offset alone where there is one partition; else <c>P:N,P:N</c>.</summary>
    public override string ToString()
    {
        if (_offsets is [var only])
        {
            return only.Offset.ToString();
        }

        var text = new StringBuilder();
        foreach (PartitionOffset one in _offsets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : ",")}{one.Partition}:{one.Offset}");
        }

        return text.ToString();
    }
}
