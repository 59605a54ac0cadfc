using System.Text;

namespace Duramen.Disk.Simulated;

/// <summary>What every operation passes on its way in: counting, the trace, the crash that a test asked for, and its faults.</summary>
internal sealed class OperationGate
{
    /// <summary>Enough to see how a failure came about, and little enough to print.</summary>
    private const int TraceLines = 256;

    private readonly (DiskOperation Operation, string? Outcome)[] _trace = new (DiskOperation, string?)[TraceLines];
    private readonly List<(DiskFault Fault, long Left)> _faults = [];
    private long _traced;
    private string? _crash;

    public long Count { get; private set; }

    public long CrashAt { get; set; }

    public Action<DiskOperation>? Before { get; set; }

    public bool IsDown => _crash is not null;

    /// <summary>Says that an operation begins; throws when the machine is down, or goes down here.</summary>
    public DiskOperation Enter(DiskOperationKind kind, string path, long position = 0, long lengthBytes = 0)
    {
        if (IsDown)
        {
            throw new SimulatedCrashException($"{kind} {path}: the disk is down since {_crash}.");
        }

        var operation = new DiskOperation(Count, kind, path, position, lengthBytes);
        if (operation.Counts)
        {
            operation = operation with { Number = ++Count };
        }

        _trace[_traced++ % TraceLines] = (operation, null);
        try
        {
            Before?.Invoke(operation);
            if (operation.Counts && Count == CrashAt)
            {
                throw new SimulatedCrashException($"Crash at operation {operation}.");
            }
        }
        catch (Exception cause)
        {
            Outcome(cause.GetType().Name);
            _crash = cause is SimulatedCrashException ? operation.ToString() : null;
            throw;
        }

        return operation;
    }

    /// <summary>As <see cref="Enter"/>, for operations that do nothing at all when they fail.</summary>
    public DiskOperation EnterOrFail(DiskOperationKind kind, string path, long position = 0, long lengthBytes = 0)
    {
        DiskOperation operation = Enter(kind, path, position, lengthBytes);
        return Fails(operation) ? throw Failed(operation) : operation;
    }

    /// <summary>The error of an operation that a fault hit.</summary>
    public DiskException Failed(in DiskOperation operation)
    {
        bool sync = operation.Kind is DiskOperationKind.Sync or DiskOperationKind.SyncFolder;
        var error = new DiskException(
            sync ? DiskErrors.SyncFailed : DiskErrors.InputOutput, operation.Path, $"{operation} failed on purpose", "This disk is simulated.");
        Outcome(error.Code.Name);
        return error;
    }

    /// <summary>Whether a fault hits this operation; uses the fault up.</summary>
    public bool Fails(in DiskOperation operation)
    {
        for (int i = 0; i < _faults.Count; i++)
        {
            (DiskFault fault, long left) = _faults[i];
            if (left > 0 && fault.Concerns(operation))
            {
                _faults[i] = (fault, left - 1);
                return true;
            }
        }

        return false;
    }

    public void Add(DiskFault fault) => _faults.Add((fault, fault.Times));

    public void ClearFaults() => _faults.Clear();

    /// <summary>The machine or process runs again.</summary>
    public void Restart(string how)
    {
        _crash = null;
        CrashAt = 0;
        _trace[_traced++ % TraceLines] = (default, how);
    }

    /// <summary>Adds to the trace how the last operation ended.</summary>
    public void Outcome(string outcome) => _trace[(_traced - 1) % TraceLines].Outcome = outcome;

    public string Describe()
    {
        var text = new StringBuilder();
        for (long i = Math.Max(0, _traced - TraceLines); i < _traced; i++)
        {
            (DiskOperation operation, string? outcome) = _trace[i % TraceLines];
            text.Append(operation.Path is null ? "" : operation.ToString());
            text.Append(outcome is null ? "" : operation.Path is null ? $"-- {outcome} --" : $" -> {outcome}").Append('\n');
        }

        return text.ToString();
    }
}
