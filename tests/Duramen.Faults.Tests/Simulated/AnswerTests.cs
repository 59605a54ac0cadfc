using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Faults.Tests.Simulated;

/// <summary>An answer may run the caller's own code, and whatever that waits for, the journal goes on.</summary>
public sealed class AnswerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Callers_that_block_on_other_answers_of_their_group_and_append_again_get_them()
    {
        TestFolder folder = await OpenAsync();
        DiskLog log = folder.Log("one");
        Task last = Task.CompletedTask;
        Task middle = Task.CompletedTask;
        Task first = Task.CompletedTask;
        await WhileAGroupIsWrittenAsync(folder, () =>
        {
            // The answers come in this order, and each blocks until the next is there.
            first = AnsweredAsync(log, () => middle);
            middle = AnsweredAsync(log, () => last);
            last = AnsweredAsync(log, () => AppendAsync(log));
        });
        await Task.WhenAll(first, middle, last).WaitAsync(Patience);
        await folder.Open.DisposeAsync();
    }

    [Fact]
    public async Task A_caller_that_is_alone_in_its_group_can_block_on_its_next_append()
    {
        TestFolder folder = await OpenAsync();
        DiskLog log = folder.Log("one");
        Task only = Task.CompletedTask;
        await WhileAGroupIsWrittenAsync(folder, () => only = AnsweredAsync(log, () => AppendAsync(log)));
        await only.WaitAsync(Patience);
        await folder.Open.DisposeAsync();
    }

    [Fact]
    public async Task A_caller_whose_append_is_refused_can_block_on_its_next_append()
    {
        TestFolder folder = await OpenAsync();
        DiskLog log = folder.Log("one");
        Task refused = Task.CompletedTask;
        await WhileAGroupIsWrittenAsync(folder, () =>
        {
            // A large append reserves its room and finds none; the journal has its own.
            folder.Disk.CapacityBytes = 1;
            refused = AnsweredAsync(log, () => AppendAsync(log), valueBytes: 9000);
        });
        DuramenException refusal = await Assert.ThrowsAnyAsync<DuramenException>(() => refused.WaitAsync(Patience));
        Assert.Equal(LogErrors.Full, refusal.Code);
        folder.Disk.CapacityBytes = null;
        await folder.Open.DisposeAsync();
    }

    private static async Task<TestFolder> OpenAsync()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        return folder;
    }

    // What is submitted while the thread that appends is the committer makes the next group, which the journal's own thread commits.
    private static async Task WhileAGroupIsWrittenAsync(TestFolder folder, Action submit)
    {
        folder.Disk.BeforeOperation = operation =>
        {
            if (operation.Kind == DiskOperationKind.Write && operation.Path.EndsWith(".journal", StringComparison.Ordinal))
            {
                folder.Disk.BeforeOperation = null;
                submit();
            }
        };
        await folder.AppendAsync("one");
        Assert.Null(folder.Disk.BeforeOperation);
    }

    private static Task<AppendResult> AppendAsync(DiskLog log) => log.AppendAsync(Batches.Of("again", 1, 100)).AsTask();

    // The rest of this method is the code that the answer runs.
    private static async Task AnsweredAsync(DiskLog log, Func<Task> waitedFor, int valueBytes = 100)
    {
        try
        {
            await log.AppendAsync(Batches.Of("an append", 1, valueBytes)).ConfigureAwait(false);
        }
        finally
        {
            waitedFor().WaitAsync(Patience).GetAwaiter().GetResult();
        }
    }
}
