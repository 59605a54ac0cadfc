using Duramen.Core.Errors;
using Duramen.Core.Ids;

namespace Duramen.Storage.Verification;

/// <summary>Counts and passes on what one verification finds.</summary>
internal sealed class VerificationRun(string path, VerificationOptions options, CancellationToken cancellationToken)
{
    private const long ProgressStepBytes = 64 << 20;
    private readonly HashSet<string> _errors = new(StringComparer.Ordinal);
    private long _told;

    public string Path => path;

    public VerificationOptions Options => options;

    public int Logs { get; set; }

    public int Segments { get; set; }

    public long Batches { get; private set; }

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public int Damages { get; private set; }

    public VerificationSummary Summary => new(Logs, Segments, Batches, Records, Bytes, Damages);

    /// <summary>Reports damage.</summary>
    public void Damage(ErrorCode code, string file, long? position, string message, string? log = null, Offset? offset = null)
    {
        Damages++;
        options.Report(new Defect(code, file, position, log, offset, message));
    }

    /// <summary>Reports an error that came with a message of its own, which names the place; once, however often the same file is asked for.</summary>
    public void Damage(DuramenException error, string file = "", long? position = null)
    {
        if (_errors.Add(error.Message))
        {
            Damage(error.Code, file, position, error.Message);
        }
    }

    /// <summary>Reports what is worth knowing and harms nothing.</summary>
    public void Note(string file, long? position, string message, string? log = null) =>
        options.Report(new Defect(null, file, position, log, null, message, IsDamage: false));

    /// <summary>Counts a sound batch.</summary>
    /// <exception cref="OperationCanceledException">The caller wants no more.</exception>
    public void Count(int batchBytes, int records)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Batches++;
        Records += records;
        Bytes += batchBytes;
        if (options.Progress is not null && Bytes - _told >= ProgressStepBytes)
        {
            _told = Bytes;
            options.Progress(Bytes);
        }
    }
}
