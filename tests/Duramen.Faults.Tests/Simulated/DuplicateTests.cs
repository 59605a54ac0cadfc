using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Duramen.Storage.Logs;
using Xunit;

namespace Duramen.Faults.Tests.Simulated;

/// <summary>An append that comes again while the first is not durable yet gets its answer when that is, and fails when that does.</summary>
public sealed class DuplicateTests
{
    private static readonly AppendOptions Checked = new(Producer: ProducerCheck.Sequences);

    [Fact]
    public async Task A_duplicate_of_what_is_being_written_is_not_answered_before_that_is_durable()
    {
        TestFolder folder = await OpenAsync();
        DiskLog log = folder.Log("one");
        Task<AppendResult> again = Task.FromResult(default(AppendResult));
        bool wasAnswered = false;
        BeforeJournalWrite(folder, _ =>
        {
            again = AppendAsync(log, sequence: 0);
            wasAnswered = again.IsCompleted;
        });

        AppendResult first = await AppendAsync(log, sequence: 0);

        Assert.False(wasAnswered);
        Assert.Equal(first with { IsDuplicate = true }, await again);
        await folder.Open.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_duplicate_of_an_append_that_fails_fails_with_it_and_recovery_decides_for_both(bool isInTheSameGroup)
    {
        TestFolder folder = await OpenAsync();
        DiskLog log = folder.Log("one");
        Task<AppendResult> first = Task.FromResult(default(AppendResult));
        Task<AppendResult> again = first;
        if (isInTheSameGroup)
        {
            // Both are queued while another group is written, and go into the next one.
            BeforeJournalWrite(folder, _ =>
            {
                first = AppendAsync(log, sequence: 0);
                again = AppendAsync(log, sequence: 0);
                BeforeJournalWrite(folder, FailOnce);
            });
            await folder.AppendAsync("one");
        }
        else
        {
            BeforeJournalWrite(folder, path =>
            {
                again = AppendAsync(log, sequence: 0);
                FailOnce(path);
            });
            first = AppendAsync(log, sequence: 0);
        }

        void FailOnce(string path) => folder.Disk.AddFault(new DiskFault(DiskOperationKind.Write, path, Times: 1));
        Assert.Equal(LogErrors.Failed, (await Assert.ThrowsAnyAsync<DuramenException>(() => first)).Code);
        Assert.Equal(LogErrors.Failed, (await Assert.ThrowsAnyAsync<DuramenException>(() => again)).Code);

        await folder.KillAsync();
        await folder.OpenAsync();
        log = folder.Log("one");
        AppendResult last = await AppendAsync(log, sequence: 0);
        Assert.True(last.IsDuplicate || last.NextOffset == log.Watermarks.End);
        Assert.Equal(last with { IsDuplicate = true }, await AppendAsync(log, sequence: 0));
        await folder.Open.DisposeAsync();
    }

    private static async Task<TestFolder> OpenAsync()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        return folder;
    }

    // What is submitted while the thread that appends is the committer makes the next group.
    private static void BeforeJournalWrite(TestFolder folder, Action<string> act) => folder.Disk.BeforeOperation = operation =>
    {
        if (operation.Kind == DiskOperationKind.Write && operation.Path.EndsWith(".journal", StringComparison.Ordinal))
        {
            folder.Disk.BeforeOperation = null;
            act(operation.Path);
        }
    };

    private static Task<AppendResult> AppendAsync(DiskLog log, int sequence) =>
        log.AppendAsync(Batches.From(producer: 7, epoch: 0, sequence, records: 1, valueBytes: 100), Checked).AsTask();
}
