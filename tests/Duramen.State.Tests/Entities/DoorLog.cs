using System.Threading.Channels;
using Duramen.Log;
using Duramen.Log.Memory;

namespace Duramen.State.Tests.Entities;

/// <summary>A log in memory at whose door appends on a condition wait, one after the other, until a test lets them in or turns them away.</summary>
internal sealed class DoorLog(MemoryLog log) : DelegatingLog(log)
{
    private readonly Channel<TaskCompletionSource> _waiting = Channel.CreateUnbounded<TaskCompletionSource>();

    /// <summary>Whether everybody gets in without being asked.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The next append that is at the door. Its result lets it in, an exception turns it away.</summary>
    public Task<TaskCompletionSource> NextAsync() => _waiting.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Lets the next append in.</summary>
    public async Task PassAsync() => (await NextAsync()).SetResult();

    public override async ValueTask<AppendOutcome> TryAppendAsync(Memory<byte> batches, AppendOptions options = default, CancellationToken cancellationToken = default)
    {
        if (!IsOpen)
        {
            var door = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _waiting.Writer.WriteAsync(door, cancellationToken);
            await door.Task;
        }

        return await Inner.TryAppendAsync(batches, options, cancellationToken);
    }
}
