namespace Duramen.Storage.Segments;

/// <summary>
/// The end of a segment that is durable in the journal and not yet in the segment's file: runs of bytes by position, oldest first.
/// Positions between two runs are in the file already, because large appends go there directly.
/// Guarded by the lock of the log it belongs to.
/// </summary>
internal sealed class TailBuffer
{
    private readonly List<Run> _runs = [];

    /// <summary>Bytes held, written to the file or not.</summary>
    public long HeldBytes { get; private set; }

    public bool IsEmpty => _runs.Count == 0;

    /// <summary>Adds bytes at a position at or after the end of the last run.</summary>
    public void Append(uint position, ReadOnlySpan<byte> bytes)
    {
        Run? last = _runs.Count > 0 ? _runs[^1] : null;
        if (last is null || last.End != position || last.Buffer.Length - last.Length < bytes.Length)
        {
            int wanted = last is null ? RunPool.SmallestBytes : Math.Min(RunPool.LargestBytes, last.Buffer.Length * 2);
            last = new Run(position, RunPool.Rent(Math.Max(wanted, bytes.Length)));
            _runs.Add(last);
        }

        bytes.CopyTo(last.Buffer.AsSpan(last.Length));
        last.Length += bytes.Length;
        HeldBytes += bytes.Length;
    }

    /// <summary>
    /// Copies what is held of a range into <paramref name="destination"/>, and adds the parts that are not held to <paramref name="missing"/>
    /// as (offset in destination, length); those are in the file.
    /// </summary>
    public void Read(uint position, Span<byte> destination, List<(int Start, int Length)> missing)
    {
        long at = position;
        long end = position + destination.Length;
        foreach (Run run in _runs)
        {
            if (run.End <= at)
            {
                continue;
            }

            if (run.Position >= end)
            {
                break;
            }

            if (run.Position > at)
            {
                missing.Add(((int)(at - position), (int)(run.Position - at)));
                at = run.Position;
            }

            int from = (int)(at - run.Position);
            int length = (int)Math.Min(run.End, end) - (int)at;
            run.Buffer.AsSpan(from, length).CopyTo(destination[(int)(at - position)..]);
            at += length;
        }

        if (at < end)
        {
            missing.Add(((int)(at - position), (int)(end - at)));
        }
    }

    /// <summary>
    /// The held bytes from <paramref name="from"/> to <paramref name="to"/>, without copying. They stay valid until <see cref="Release"/>,
    /// which only the caller of this method may call.
    /// </summary>
    public void CollectRuns(uint from, uint to, List<(uint Position, ReadOnlyMemory<byte> Bytes)> runs)
    {
        foreach (Run run in _runs)
        {
            long start = Math.Max(run.Position, from);
            long end = Math.Min(run.End, to);
            if (start < end)
            {
                runs.Add(((uint)start, run.Buffer.AsMemory((int)(start - run.Position), (int)(end - start))));
            }
        }
    }

    /// <summary>Forgets every run that ends at or before a position, because the file has it now.</summary>
    public void Release(uint writtenTo)
    {
        int count = 0;
        while (count < _runs.Count && _runs[count].End <= writtenTo)
        {
            Return(_runs[count++]);
        }

        _runs.RemoveRange(0, count);
    }

    /// <summary>
    /// Forgets every byte at or after a position, because the log was truncated there. The buffers are left to the garbage collector:
    /// whoever called <see cref="CollectRuns"/> may still be writing them out.
    /// </summary>
    public void Truncate(uint position)
    {
        for (int index = _runs.Count - 1; index >= 0 && _runs[index].End > position; index--)
        {
            Run run = _runs[index];
            _runs.RemoveAt(index);
            HeldBytes -= run.Length;
            if (run.Position < position)
            {
                Append(run.Position, run.Buffer.AsSpan(0, (int)(position - run.Position)));
            }
        }
    }

    private void Return(Run run)
    {
        HeldBytes -= run.Length;
        RunPool.Return(run.Buffer);
    }

    private sealed class Run(uint position, byte[] buffer)
    {
        public uint Position => position;

        public byte[] Buffer => buffer;

        public int Length { get; set; }

        public long End => position + Length;
    }
}
