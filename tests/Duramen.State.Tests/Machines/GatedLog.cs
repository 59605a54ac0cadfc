using Duramen.Core.Ids;
using Duramen.Log;
using Duramen.Log.Memory;

namespace Duramen.State.Tests.Machines;

/// <summary>A log in memory that can keep the answers to appends to itself, refuse the next append, and let something happen while it is read.</summary>
internal sealed class GatedLog(MemoryLog log) : DelegatingLog(log)
{
    private readonly Queue<TaskCompletionSource> _held = new();
    private int _released;

    public bool HoldsAnswers { get; set; }

    /// <summary>What the next append is refused with.</summary>
    public LogException? NextRefusal { get; set; }

    /// <summary>What happens, once, before the next append gets to the log.</summary>
    public Action? BeforeAppend { get; set; }

    /// <summary>What happens, once, between the next read that finds nothing and its answer.</summary>
    public Func<Task>? DuringEmptyRead { get; set; }

    /// <summary>Lets the oldest answer go that is held, or else the next that comes.</summary>
    public void Release()
    {
        TaskCompletionSource? held;
        lock (_held)
        {
            if (!_held.TryDequeue(out held))
            {
                _released++;
            }
        }

        held?.SetResult();
    }

    public override async ValueTask<AppendResult> AppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        LogException? refusal = NextRefusal;
        NextRefusal = null;
        Action? before = BeforeAppend;
        BeforeAppend = null;
        before?.Invoke();
        ValueTask<AppendResult> append = refusal is null ? Inner.AppendAsync(batches, options, cancellationToken) : default;
        if (HoldsAnswers)
        {
            await HoldAsync();
        }

        return refusal is null ? await append : throw refusal;
    }

    public override async ValueTask<LogSlice> ReadAsync(Offset from, ReadLimits limits, CancellationToken cancellationToken = default)
    {
        LogSlice slice = await Inner.ReadAsync(from, limits, cancellationToken);
        if (slice.Batches.IsEmpty && DuringEmptyRead is { } happens)
        {
            DuringEmptyRead = null;
            await happens();
        }

        return slice;
    }

    private Task HoldAsync()
    {
        lock (_held)
        {
            if (_released > 0)
            {
                _released--;
                return Task.CompletedTask;
            }

            var held = new TaskCompletionSource();
            _held.Enqueue(held);
            return held.Task;
        }
    }
}
