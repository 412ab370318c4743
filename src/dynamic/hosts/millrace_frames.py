"""Memory with the pictures that the daemon sends."""

import mmap
import os
import struct
import weakref

from millrace_ipc import np


class SharedFrames:
    """Pictures that the daemon wrote into shared memory. What the block writes stays its own: the kernel copies such pages."""

    HEADER = struct.Struct("<Q")
    HEADER_BYTES = 64

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.maps = {}
        self.own_maps = {}
        self.leases = {}
        self.pages = Pages()

    def lease(self, offset, size, generation, length):
        mapped = self.maps.get(offset)
        if mapped is None or len(mapped) < size:
            mapped = mmap.mmap(self.descriptor, size, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ, offset=offset)
            self.maps[offset] = mapped
        lease = Lease(self, mapped, (offset, size, generation, length))
        lease.check()
        self.leases[offset] = [weakref.ref(lease)]
        return lease

    def writable(self, lease):
        """The pixels of a lease to be changed at will."""
        offset, size, _, length = lease.place
        own = self.own_maps.get(offset)
        if own is None or len(own) < size:
            own = mmap.mmap(
                self.descriptor, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE, offset=offset
            )
            self.own_maps[offset] = own
        elif self.pages.are_copied(own):
            # What was written into an earlier picture of this place goes.
            own.madvise(mmap.MADV_DONTNEED)
        flat = np.frombuffer(own, np.uint8, length, self.HEADER_BYTES)
        self.leases[offset].append(weakref.ref(flat))
        return flat

    def held(self):
        """Places whose pixels are still in use, so that they may not be written again."""
        if not self.leases:
            return []
        self.leases = {
            offset: references
            for offset, references in self.leases.items()
            if any(reference() is not None for reference in references)
        }
        return list(self.leases)


class Lease:
    """The pixels of one picture: they stay as they are for as long as the block keeps the picture or an array of it."""

    def __init__(self, frames, mapped, place):
        self.frames = frames
        self.mapped = mapped
        self.place = place
        self.flat = None

    def check(self):
        if SharedFrames.HEADER.unpack_from(self.mapped)[0] != self.place[2]:
            raise RuntimeError("the picture was overwritten")

    def rgb(self):
        start = SharedFrames.HEADER_BYTES
        return self.mapped[start : start + self.place[3]]

    def as_it_came(self, shape):
        return np.frombuffer(self.mapped, np.uint8, self.place[3], SharedFrames.HEADER_BYTES).reshape(shape)

    def writable(self):
        if self.flat is None:
            self.flat = self.frames.writable(self)
        return self.flat


class Pages:
    """Tells what was written: to map a picture again costs several times more than to ask."""

    TABLE = "/proc/self/pagemap"

    def __init__(self):
        try:
            self.table = os.open(self.TABLE, os.O_RDONLY)
        except OSError:
            self.table = None

    def are_copied(self, mapped):
        """Whether the kernel has copied a page of a private mapping; so it is said where that cannot be reported."""
        if self.table is None:
            return True
        first = np.frombuffer(mapped, np.uint8).ctypes.data // mmap.PAGESIZE
        count = len(mapped) // mmap.PAGESIZE
        try:
            read = os.pread(self.table, 8 * count, 8 * first)
        except OSError:
            return True
        # The highest bits: in memory, in swap, of a file.
        kinds = np.frombuffer(read, np.uint64) >> np.uint64(61)
        return len(kinds) < count or bool(((kinds != 0) & (kinds & np.uint64(1) == 0)).any())
