// Generated from Schema/LeaveGroup.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that takes members out of a group.</summary>
public sealed class LeaveGroupResponse : IKafkaResponse<LeaveGroupResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.LeaveGroup;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The answer for each member.</summary>
    public List<Member> Members { get; set; } = [];

    /// <inheritdoc/>
    public static LeaveGroupResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("LeaveGroupResponse", version, min: 0, max: 5, flexible: 4);
        var message = new LeaveGroupResponse();
        if (version >= 1)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        message.ErrorCode = reader.ReadError("ErrorCode");
        if (version >= 3)
        {
            int membersCount = reader.ReadCount("Members", minElementSizeBytes: 5);
            message.Members.EnsureCapacity(membersCount);
            for (int i = 0; i < membersCount; i++)
            {
                message.Members.Add(Member.Read(ref reader, version));
            }
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("LeaveGroupResponse", version, min: 0, max: 5, flexible: 4);
        if (version >= 1)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        writer.WriteError(ErrorCode);
        if (version >= 3)
        {
            writer.WriteCount(Members, "Members");
            foreach (Member element in Members)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("Members", isSet: Members.Count > 0);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Members</c>.</summary>
    public sealed class Member
    {
        /// <summary>The id that the coordinator gave the member.</summary>
        public string MemberId { get; set; } = "";

        /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
        public string? GroupInstanceId { get; set; }

        /// <summary>What went wrong.</summary>
        public KafkaError ErrorCode { get; set; }

        internal static Member Read(ref KafkaReader reader, short version)
        {
            var structure = new Member();
            structure.MemberId = reader.ReadString("Members[].MemberId");
            structure.GroupInstanceId = reader.ReadNullableString("Members[].GroupInstanceId");
            structure.ErrorCode = reader.ReadError("Members[].ErrorCode");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(MemberId, "Members[].MemberId");
            writer.WriteNullableString(GroupInstanceId, "Members[].GroupInstanceId");
            writer.WriteError(ErrorCode);
            writer.WriteNoTags();
        }
    }
}
