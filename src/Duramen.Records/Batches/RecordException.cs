using Duramen.Core.Errors;

namespace Duramen.Records.Batches;

/// <summary>A batch that cannot be built, read or compressed.</summary>
public sealed class RecordException : DuramenException
{
    /// <summary>Makes the error; see <see cref="DuramenException"/>.</summary>
    public RecordException(ErrorCode code, string message, string remedy = "", Exception? cause = null)
        : base(code, message, remedy, cause)
    {
    }

    /// <summary>Makes the error of a faulty batch.</summary>
    public RecordException(BatchFault fault)
        : base(RecordErrors.BatchInvalid, fault.Message) => Fault = fault;

    /// <summary>What is wrong with the batch, where the error is about one.</summary>
    public BatchFault Fault { get; }
}
