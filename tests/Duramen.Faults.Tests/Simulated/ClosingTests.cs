using Duramen.Core.Errors;
using Duramen.Disk.Simulated;
using Duramen.Faults.Tests.Oracle;
using Duramen.Log;
using Duramen.Storage;
using Duramen.Storage.Folders;
using Duramen.Storage.Journaling;
using Xunit;

namespace Duramen.Faults.Tests.Simulated;

public sealed class ClosingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_folder_that_is_closed_while_a_submitter_commits_waits_for_it()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        Duramen.Storage.Logs.DiskLog log = folder.Log("one");
        byte[] first = Batches.Of("first", 1, 2000);
        byte[] second = Batches.Of("second", 1, 2000);
        Task<AppendResult>? other = null;
        Task? closing = null;
        folder.Disk.BeforeOperation = operation =>
        {
            if (operation.Kind == DiskOperationKind.Write && operation.Path.EndsWith(".journal", StringComparison.Ordinal))
            {
                // The group of the first append is being written by the thread that called; now come a second append, and the end.
                folder.Disk.BeforeOperation = null;
                other = log.AppendAsync(second.ToArray()).AsTask();
                closing = Task.Run(() => folder.Open.DisposeAsync().AsTask());
            }
        };
        AppendResult result = await log.AppendAsync(first.ToArray());
        await closing!;
        AppendResult later = await other!;
        byte[] expected = [.. Batches.Stamped(first, result.BaseOffset.Value), .. Batches.Stamped(second, later.BaseOffset.Value)];
        folder.Disk.ProcessKill();
        await folder.OpenAsync();
        using LogSlice slice = await folder.Log("one").ReadAsync(default, ReadLimits.Default);
        Assert.Equal(expected, slice.Batches.ToArray());
        await folder.Open.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_journal_that_is_closed_while_a_submitter_commits_leaves_the_committing_to_it(bool isAnotherQueued)
    {
        var disk = new SimulatedDisk();
        disk.CreateFolder(TestFolder.Journal);
        using var files = new JournalFiles(disk, TestFolder.Journal, 64 << 10, 2);
        files.PrepareSpare(-1);
        using var mark = new SyncedMark(disk, TestFolder.Journal, default, 0, 0);
        using var journal = new Journal(files, mark, default, new JournalPosition(1, 0, 0, 0), 16 << 10);
        var first = new HeldOperation();
        var second = new HeldOperation();
        Task leading = Task.Run(() => journal.Submit(first));
        await first.Preparing.Task.WaitAsync(Patience);
        if (isAnotherQueued)
        {
            journal.Submit(second);
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var closing = new Thread(() =>
        {
            journal.Close();
            ended.SetResult();
        });
        closing.Start();
        Assert.True(SpinWait.SpinUntil(() => ended.Task.IsCompleted || closing.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience));

        // While the submitter is at it there is no second committer, and no end. Either would come at once.
        await Task.WhenAny(first.PreparedTwice.Task, second.Preparing.Task, ended.Task, Task.Delay(100));
        Assert.False(first.PreparedTwice.Task.IsCompleted || second.Preparing.Task.IsCompleted || ended.Task.IsCompleted);
        var late = new HeldOperation();
        late.Release.SetResult();
        journal.Submit(late);
        StorageException refusal = await Assert.ThrowsAsync<StorageException>(() => late.Answer.WaitAsync(Patience));
        Assert.Equal(LogErrors.Closed, refusal.Code);
        second.Release.SetResult();
        first.Release.SetResult();
        await Task.WhenAll(leading, ended.Task).WaitAsync(Patience);
        await first.Answer.WaitAsync(Patience);
        if (isAnotherQueued)
        {
            await second.Answer.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task A_folder_that_could_not_be_opened_leaves_nothing_open()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        await folder.CreateAsync("one");
        await folder.AppendAsync("one");
        await folder.KillAsync();
        folder.Disk.AddFault(new DiskFault(DiskOperationKind.Sync, TestFolder.Root + "/catalog.a.new", Times: 1));
        await Assert.ThrowsAnyAsync<DuramenException>(folder.OpenAsync);
        await folder.OpenAsync();
        Assert.Null(await folder.CompareAsync());
        await folder.Open.DisposeAsync();
    }

    [Fact]
    public async Task Two_openings_of_one_folder_are_refused()
    {
        var folder = new TestFolder();
        await folder.OpenAsync();
        StorageException refusal = await Assert.ThrowsAsync<StorageException>(async () => await DataFolder.OpenAsync(folder.Disk, TestFolder.Root, folder.Options));
        Assert.Equal(StorageErrors.Locked, refusal.Code);
        await folder.Open.DisposeAsync();
    }

    [Theory]
    [InlineData(5000, 3)]
    [InlineData(8192, 3)]
    [InlineData(65536, 1)]
    [InlineData(65536, 1001)]
    public async Task Journal_files_that_could_not_work_are_refused(int sizeBytes, int files)
    {
        var options = new StorageOptions { JournalFileSizeBytes = sizeBytes, JournalFilesMax = files };
        var disk = new SimulatedDisk();
        StorageException refusal = await Assert.ThrowsAsync<StorageException>(async () => await DataFolder.OpenAsync(disk, TestFolder.Root, options));
        Assert.Equal(LogErrors.InvalidOption, refusal.Code);
        Assert.Empty(disk.AllFiles());
    }

    /// <summary>Keeps its committer until it may go on, and writes nothing.</summary>
    private sealed class HeldOperation : JournalOperation
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Preparing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource PreparedTwice { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Answer => _answer.Task;

        public override Prepared Prepare(GroupBuilder group)
        {
            if (!Preparing.TrySetResult())
            {
                PreparedTwice.TrySetResult();
            }

            Assert.True(Release.Task.Wait(Patience));
            return Prepared.Nothing;
        }

        public override void Apply()
        {
        }

        public override void Complete() => _answer.SetResult();

        public override void Fail(Exception cause) => _answer.SetException(cause);
    }
}
