using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.Core.Errors;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>Builds the content of a <see cref="VersionBlock"/>, again and again. One owner, who disposes it.</summary>
internal sealed class VersionBlockBuilder : IDisposable
{
    private readonly PooledBuffer _fingerprints = new();
    private readonly PooledBuffer _starts = new();
    private readonly PooledBuffer _entries = new();
    private readonly PooledBuffer _values = new();
    private int _versionsInGroup;

    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Of entries and values; what finds them is not counted.</summary>
    public int SizeBytes => _entries.Length + _values.Length;

    /// <summary>Adds a version behind the others. Where it begins is at most 64 KiB behind the first.</summary>
    public void Add(ReadOnlySpan<byte> key, in KeyHash hash, bool isSameKey, long offsetDelta, long timestampDelta, NullableBytes value)
    {
        isSameKey &= !IsEmpty;
        if (!isSameKey || _versionsInGroup == VersionBlock.GroupMaxVersions)
        {
            BeginGroup(VersionBlock.FingerprintOf(hash));
        }

        _versionsInGroup++;
        Span<byte> target = _entries.GetSpan(key.Length + BlockEntry.OverheadMaxBytes);
        _entries.Advance(BlockEntry.Write(target, key, isSameKey, offsetDelta, timestampDelta, value));
        _values.Write(value.Span);
    }

    /// <summary>Writes the block and begins another one.</summary>
    public void WriteTo(PooledBuffer target)
    {
        Span<byte> header = target.GetSpan(VersionBlock.HeaderBytes);
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)_fingerprints.Length);
        BinaryPrimitives.WriteInt32BigEndian(header[sizeof(ushort)..], _entries.Length);
        target.Advance(VersionBlock.HeaderBytes);
        target.Write(_fingerprints.WrittenSpan);
        target.Write(_starts.WrittenSpan);
        target.Write(_entries.WrittenSpan);
        target.Write(_values.WrittenSpan);
        Clear(int.MaxValue);
    }

    /// <summary>Begins another block, and gives memory back that is more than so many bytes.</summary>
    public void Clear(int keptMaxBytes)
    {
        _fingerprints.Clear();
        _starts.Clear();
        _entries.Clear();
        _values.Clear();
        if (_values.Capacity > keptMaxBytes)
        {
            _values.Release();
        }
    }

    public void Dispose()
    {
        _fingerprints.Dispose();
        _starts.Dispose();
        _entries.Dispose();
        _values.Dispose();
    }

    private void BeginGroup(byte fingerprint)
    {
        Invariant.Holds(SizeBytes <= ushort.MaxValue);
        _fingerprints.Write([fingerprint]);
        Span<byte> start = _starts.GetSpan(2 * sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(start, (ushort)_entries.Length);
        BinaryPrimitives.WriteUInt16BigEndian(start[sizeof(ushort)..], (ushort)_values.Length);
        _starts.Advance(2 * sizeof(ushort));
        _versionsInGroup = 0;
    }
}
